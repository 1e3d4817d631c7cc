using FlowRuns.Load.Driving;
using FlowRuns.Load.Measures;
using Npgsql;

namespace FlowRuns.Load.Baselines;

/// <summary>What one would write without an engine: a row per run, a commit per transition, prepared statements, a connection per worker.</summary>
/// <param name="server">The process of PostgreSQL that is the parent of all others.</param>
sealed class PlainClient(string connectionString, int server, int commitsPerRun)
{
    const string Tables = """
        create table if not exists plain_runs (
          id uuid not null primary key,
          flow_id uuid not null,
          status smallint not null,
          started timestamptz not null,
          finished timestamptz,
          trigger jsonb not null,
          steps jsonb not null default '[]'
        );
        create index if not exists plain_runs_by_flow on plain_runs (flow_id, started desc);
        """;

    const string Step = """{"name":"Format Report","status":"SUCCEEDED","duration":0,"input":{"reportText":"Daily Sales Report: 24 orders, 12500 USD"},"output":{"reportText":"Daily Sales Report: 24 orders, 12500 USD"},"startTime":"2026-04-21T09:00:00.000Z"}""";
    const int Steps = 5;

    static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    readonly Latencies _commits = new();
    readonly bool _commitsEachStep = commitsPerRun > 2;
    volatile bool _isMeasuring;
    int _completed;

    /// <summary>Measures once more; the time of a commit is the median of all times so far.</summary>
    public async Task<Baseline> MeasureAsync(int connections, TimeSpan duration)
    {
        await using var source = new NpgsqlDataSourceBuilder($"{connectionString};Maximum Pool Size={connections}").Build();
        await using (var create = source.CreateCommand(Tables))
            await create.ExecuteNonQueryAsync();

        using var stop = new CancellationTokenSource();
        var work = Task.WhenAll(Enumerable.Range(0, connections).Select(_ => WorkAsync(source, stop.Token)));
        await Task.WhenAny(work, Task.Delay(WarmUp));
        (_completed, _isMeasuring) = (0, true);
        var (began, used) = (TimeProvider.System.GetTimestamp(), CpuTime());
        await Task.WhenAny(work, Task.Delay(duration));
        var (completed, elapsed, cpu) = (_completed, TimeProvider.System.GetElapsedTime(began), CpuTime() - used);
        _isMeasuring = false;
        await stop.CancelAsync();
        await work;
        return new Baseline(commitsPerRun, connections, completed / elapsed.TotalSeconds, _commits.Histogram.GetValueAtPercentile(50) / 1000.0, cpu.TotalSeconds * 1000 / completed);
    }

    TimeSpan CpuTime() => Environment.CpuUsage.TotalTime + ProcessTree.CpuTime(server);

    async Task WorkAsync(NpgsqlDataSource source, CancellationToken stop)
    {
        await using var connection = await source.OpenConnectionAsync(CancellationToken.None);
        await using var start = await PrepareAsync(connection, "insert into plain_runs (id, flow_id, status, started, trigger) values ($1, $2, 0, now(), $3::jsonb)", 3);
        await using var step = await PrepareAsync(connection, "update plain_runs set steps = steps || $2::jsonb where id = $1", 2);
        await using var finish = await PrepareAsync(connection, "update plain_runs set status = 1, finished = now(), steps = steps || $2::jsonb where id = $1", 2);
        var allSteps = $"[{string.Join(',', Enumerable.Repeat(Step, Steps))}]";
        var flow = new Guid(Random.Shared.Next(16), 0, 0, new byte[8]);
        while (!stop.IsCancellationRequested)
        {
            var run = Runs.RunId.Next(default, TimeProvider.System.GetUtcNow()).Value;
            await CommitAsync(start, run, flow, Scenario.StartBody);
            for (var i = 0; i < Steps && _commitsEachStep; i++)
                await CommitAsync(step, run, $"[{Step}]");
            await CommitAsync(finish, run, _commitsEachStep ? "[]" : allSteps);
            if (_isMeasuring)
                Interlocked.Increment(ref _completed);
        }
    }

    async Task CommitAsync(NpgsqlCommand command, params object[] values)
    {
        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i];
        var began = TimeProvider.System.GetTimestamp();
        await command.ExecuteNonQueryAsync(CancellationToken.None);
        if (_isMeasuring)
            _commits.Add(began);
    }

    static async Task<NpgsqlCommand> PrepareAsync(NpgsqlConnection connection, string sql, int parameters)
    {
#pragma warning disable CA2100 // the three texts above
        var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        for (var i = 0; i < parameters; i++)
            command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = i == 0 || (i == 1 && parameters == 3) ? NpgsqlTypes.NpgsqlDbType.Uuid : NpgsqlTypes.NpgsqlDbType.Text });
        await command.PrepareAsync();
        return command;
    }
}
