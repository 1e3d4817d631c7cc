using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using FlowRuns.Failover.Checker;

namespace FlowRuns.Failover.Tests.Load;

/// <summary>Starts one run after another, whatever becomes of the server, and writes down each answer.</summary>
sealed class LoadClient(IReadOnlyList<Uri> urls, string key, RunLog<LogLine> log) : IDisposable
{
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    // A server that starts needs the processor more than we need its refusals.
    static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(100);

    readonly HttpClient http = new()
    {
        BaseAddress = new Uri(urls[0], "/api/v1/"),
        // A killed server breaks its connections at once; this is for a machine that is busy.
        Timeout = TimeSpan.FromSeconds(30),
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", key) },
    };

    ImmutableArray<string> flowIds = [];
    int turn;

    /// <summary>Reads, and starts with an idempotency key, that failed twice in a row: what a caller that repeats once gets to see.</summary>
    public ConcurrentQueue<string> Failures { get; } = [];

    /// <summary>One that is asked for the whole history in the end.</summary>
    public Uri Url => urls[0];

    static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public async Task DefineAsync(IEnumerable<LoadFlow> flows)
    {
        foreach (var flow in flows)
        {
            var flowId = await DefineAsync(flow);
            log.Write(new FlowDefined { At = Now, Plan = flow.Plan(flowId) });
            flowIds = flowIds.Add(flowId);
        }
    }

    async Task<string> DefineAsync(LoadFlow flow)
    {
        for (var end = Now + TimeSpan.FromMinutes(1); ;)
        {
            using var answer = await http.PostAsJsonAsync("flows", flow.Definition);
            var body = await answer.Content.ReadAsStringAsync();
            if (answer.IsSuccessStatusCode)
                return JsonElement.Parse(body).GetProperty("id").GetString()!;

            // A cluster that has just formed may still lose a silo of a busy machine.
            Assert.True((int)answer.StatusCode >= 500 && Now < end, $"{flow.Name}: {(int)answer.StatusCode} {body}");
            await Task.Delay(PauseAfterFailure);
        }
    }

    /// <summary>Goes on until stopped. A start without an answer is repeated under the same idempotency key.</summary>
    public async Task DriveAsync(int worker, Random random, TimeSpan pause, CancellationToken stop)
    {
        for (var number = 0; !stop.IsCancellationRequested; number++)
        {
            var flowId = flowIds[random.Next(flowIds.Length)];
            var idempotencyKey = number % 2 == 0 ? $"load-{worker}-{number}" : null;
            var runId = await StartAsync(flowId, number, idempotencyKey);
            for (var repeat = 1; runId is null && idempotencyKey is not null && !stop.IsCancellationRequested; repeat++)
            {
                await Task.Delay(PauseAfterFailure, CancellationToken.None);
                runId = await StartAsync(flowId, number, idempotencyKey);
                if (runId is null && repeat == 1)
                    Failures.Enqueue($"{Now:O} start under {idempotencyKey}");
            }

            if (runId is not null && number % 5 == 0)
                await ObserveAsync(flowId, runId, stop);
            await Task.Delay(runId is null ? PauseAfterFailure : pause, CancellationToken.None);
        }
    }

    /// <returns>Whether nothing runs any more; false when the deadline came first.</returns>
    public async Task<bool> WaitUntilQuietAsync(TimeSpan deadline)
    {
        var end = Now + deadline;
        while (await CountRunningAsync() > 0)
        {
            if (Now > end)
                return false;
            await Task.Delay(200);
        }

        return true;
    }

    /// <param name="runs">Those that the server executed, where that is known.</param>
    public void Stopped(string how, params ImmutableArray<string> runs) => log.Write(new ServerStopped { At = Now, How = how, Runs = runs });

    public void Launched() => log.Write(new ServerLaunched { At = Now });

    public void Dispose() => http.Dispose();

    async Task<string?> StartAsync(string flowId, int number, string? idempotencyKey)
    {
        var line = new StartAsked { At = Now, FlowId = flowId, IdempotencyKey = idempotencyKey };
        try
        {
            using var answer = await SendAsync($"flows/{flowId}/runs", address =>
            {
                var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = JsonContent.Create(new { data = new { number } }) };
                if (idempotencyKey is not null)
                    request.Headers.Add("Idempotency-Key", idempotencyKey);
                return request;
            });
            line = line with { Status = (int)answer.StatusCode };
            if (answer.IsSuccessStatusCode)
                line = line with { RunId = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString() };
            else
                line = line with { Error = await answer.Content.ReadAsStringAsync() };
        }
        catch (Exception lost) when (lost is HttpRequestException or IOException or OperationCanceledException or JsonException)
        {
            // A status without a readable body promises nothing that could be looked up.
            line = line with { Status = null, Error = lost.Message };
        }

        log.Write(line with { At = Now });
        return line.RunId;
    }

    async Task ObserveAsync(string flowId, string runId, CancellationToken stop)
    {
        for (var look = 0; look < 40 && !stop.IsCancellationRequested; look++)
        {
            var path = $"flows/{flowId}/runs/{runId}";
            if ((await FindAsync(path) ?? await AgainAsync(path)) is { } run)
            {
                log.Write(new RunSeen { At = Now, Run = run });
                if (run.GetProperty("status").GetString() != "RUNNING")
                    return;
            }

            await Task.Delay(Pause, CancellationToken.None);
        }
    }

    async Task<JsonElement?> AgainAsync(string path)
    {
        await Task.Delay(PauseAfterFailure, CancellationToken.None);
        var answer = await FindAsync(path);
        if (answer is null)
            Failures.Enqueue($"{Now:O} GET {path}");
        return answer;
    }

    /// <summary>To one server after the other, as a load balancer would: past one that takes no connection.</summary>
    async Task<HttpResponseMessage> SendAsync(string path, Func<Uri, HttpRequestMessage> make)
    {
        for (var (first, tries) = ((uint)Interlocked.Increment(ref turn), 0u); ; tries++)
        {
            using var request = make(new Uri(urls[(int)((first + tries) % urls.Count)], $"/api/v1/{path}"));
            try
            {
                return await http.SendAsync(request);
            }
            catch (HttpRequestException refused) when (refused.HttpRequestError == HttpRequestError.ConnectionError && tries + 1 < urls.Count)
            {
                // Nothing was sent.
            }
        }
    }

    async Task<int> CountRunningAsync()
    {
        var running = 0;
        foreach (var flowId in flowIds)
            running += await FindAsync($"flows/{flowId}/runs?status=RUNNING&limit=1") is { } page ? page.GetProperty("data").GetArrayLength() : 1;
        return running;
    }

    /// <returns>null when there was no answer, or none of success.</returns>
    async Task<JsonElement?> FindAsync(string path)
    {
        try
        {
            using var answer = await SendAsync(path, address => new(HttpMethod.Get, address));
            return answer.IsSuccessStatusCode ? await answer.Content.ReadFromJsonAsync<JsonElement>() : null;
        }
        catch (Exception lost) when (lost is HttpRequestException or IOException or OperationCanceledException or JsonException)
        {
            return null;
        }
    }
}
