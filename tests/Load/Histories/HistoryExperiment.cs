using FlowRuns.Grains.Tests;
using FlowRuns.Load.Driving;
using FlowRuns.Load.Measures;
using FlowRuns.Load.Servers;

namespace FlowRuns.Load.Histories;

/// <summary>Measures reads on a large history of a thousand flows, alone or while runs are added.</summary>
sealed class HistoryExperiment(PrivatePostgres postgres, int connections, TimeSpan duration, TimeSpan warmUp, Action<string> tell)
{
    const int DeepPage = 10_000;
    const int PageSize = 10;
    const int WalkSize = 100;
    const int AddingConnections = 64;

    static readonly Scenario Flows = Scenario.All.Single(scenario => scenario.Name == "thousand-flows");

    /// <param name="adding">How many runs per second are started while the second half is measured; null for none.</param>
    public async Task<(IReadOnlyList<ReadMeasurement> Reads, DropMeasurement Drop)> MeasureAsync(long runs, int? adding)
    {
        using var standIn = new StandIn();
        var database = await PrivatePostgres.NewDatabaseAsync(postgres.ConnectionString, $"history_{runs}");
        await using var product = await Product.StartAsync(database, standIn);
        using var api = new Api(product);
        var flows = await api.DefineAsync(Flows, standIn);
        // The pattern of all others; its flow gets no more.
        await api.PostAsync($"flows/{flows[^1]}/runs?wait=10", Scenario.StartBody);
        await product.RestartAsync(() => new HistoryRows(database, flows[..^1]).WriteAsync(runs, written => tell($"{written} of {runs} runs written")));

        await CheckAsync(api, flows, runs + 1);
        var reads = await PrepareAsync(api, product, flows);
        var measurements = await MeasureAsync(product, reads, runs, 0);
        if (adding is { } rate)
            measurements = [.. measurements, .. await MeasureAddingAsync(product, flows, reads, runs, rate)];

        tell($"{runs} runs: the oldest week is dropped");
        var list = HttpConnection.Request("GET", $"/api/v1/{reads[0].Paths[0]}", product.Key);
        return (measurements, await new WeekDrop(database, new Reads(product.Urls[0], connections, duration)).MeasureAsync(list));
    }

    async Task<IReadOnlyList<ReadMeasurement>> MeasureAddingAsync(Product product, string[] flows, IReadOnlyList<(string Name, string[] Paths)> reads, long runs, int rate)
    {
        using var stop = new CancellationTokenSource();
        var starts = new Starts(product.Urls, [.. flows.Skip(3).Select(flow => HttpConnection.Request("POST", $"/api/v1/flows/{flow}/runs", product.Key, Scenario.StartBody))], new Pressure(AddingConnections, rate));
        var starting = starts.RunAsync(stop.Token);
        var measurements = await MeasureAsync(product, reads, runs, rate);
        await stop.CancelAsync();
        await starting;
        return measurements;
    }

    async Task<IReadOnlyList<ReadMeasurement>> MeasureAsync(Product product, IReadOnlyList<(string Name, string[] Paths)> reads, long runs, int adding)
    {
        tell($"{runs} runs, {adding} added per second: warming up");
        foreach (var (_, paths) in reads)
            await ReadAsync(product, paths, warmUp / reads.Count);

        List<ReadMeasurement> measurements = [];
        foreach (var (name, paths) in reads)
        {
            tell($"{runs} runs, {adding} added per second: {name}");
            var (perSecond, milliseconds) = await ReadAsync(product, paths, duration);
            measurements.Add(new ReadMeasurement(runs, adding, name, perSecond, milliseconds));
        }

        return measurements;
    }

    async Task<(double PerSecond, Percentiles Milliseconds)> ReadAsync(Product product, string[] paths, TimeSpan length)
    {
        var requests = paths.Select(path => HttpConnection.Request("GET", $"/api/v1/{path}", product.Key)).ToArray();
        return await new Reads(product.Urls[0], connections, length).MeasureAsync(requests);
    }

    /// <summary>Every flow is known to the product, and so are all runs. Leaves the flows in memory.</summary>
    static async Task CheckAsync(Api api, string[] flows, long expected)
    {
        var total = 0L;
        await Parallel.ForEachAsync(flows, Api.SomeAtOnce, async (flow, _) => Interlocked.Add(ref total, (await api.GetAsync($"flows/{flow}/runs/stats")).GetProperty("totalRuns").GetInt64()));
        if (total != expected)
            throw new InvalidDataException($"The product knows of {total} runs, of {expected} that there are.");
    }

    static async Task<IReadOnlyList<(string Name, string[] Paths)>> PrepareAsync(Api api, Product product, string[] flows)
    {
        var (cursor, ids) = await WalkAsync(api, flows[0]);
        return
        [
            ("list, page 1", [List(0)]),
            ("list, page 10,000", [$"{List(0)}?cursor={Uri.EscapeDataString(cursor)}"]),
            ("SUCCEEDED, 99.9 %", [$"{List(0)}?status=SUCCEEDED"]),
            ("FAILED, 0.1 %", [$"{List(0)}?status=FAILED"]),
            ("FAILED, 99.9 %", [$"{List(1)}?status=FAILED"]),
            ("CANCELED, 0.1 %", [$"{List(1)}?status=CANCELED"]),
            ("CANCELED, 99.9 %", [$"{List(2)}?status=CANCELED"]),
            ("SUCCEEDED, 0.1 %", [$"{List(2)}?status=SUCCEEDED"]),
            ("RUNNING, none", [$"{List(0)}?status=RUNNING"]),
            ("detail", [.. ids.Select(id => $"{List(0)}/{id}")]),
            ("stats", [.. flows.Select(flow => $"flows/{flow}/runs/stats")]),
        ];

        string List(int flow) => $"flows/{flows[flow]}/runs";
    }

    /// <summary>The cursor of the deep page, or of the last one that there is, and the ids on the way. The size of a page is not part of a cursor.</summary>
    static async Task<(string Cursor, string[] Ids)> WalkAsync(Api api, string flow)
    {
        string cursor = "";
        List<string> ids = [];
        for (var depth = 0; depth < (DeepPage - 1) * PageSize; depth += WalkSize)
        {
            var page = await api.GetAsync($"flows/{flow}/runs?limit={WalkSize}{(cursor == "" ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}");
            ids.AddRange(page.GetProperty("data").EnumerateArray().Select(run => run.GetProperty("id").GetString()!));
            if (page.GetProperty("cursor").GetString() is not { } next)
                break;
            cursor = next;
        }

        return (cursor, [.. ids]);
    }
}
