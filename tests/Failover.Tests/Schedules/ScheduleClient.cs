using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using FlowRuns.Failover.Tests.Silo;

namespace FlowRuns.Failover.Tests.Schedules;

/// <summary>What a user of schedules asks of the API.</summary>
sealed class ScheduleClient(SiloSettings settings) : IDisposable
{
    readonly HttpClient http = new() { BaseAddress = new Uri(settings.Url, "/api/v1/"), DefaultRequestHeaders = { Authorization = new("Bearer", settings.Key) } };

    public async Task<string> EnableAsync(object trigger)
    {
        var flow = (await SendAsync(HttpMethod.Post, "flows", new { name = "Scheduled", trigger })).GetProperty("id").GetString()!;
        await SendAsync(HttpMethod.Post, $"flows/{flow}/enable");
        return flow;
    }

    public Task DisableAsync(string flow) => SendAsync(HttpMethod.Post, $"flows/{flow}/disable");

    /// <summary>The whole ledger, oldest due time first.</summary>
    public async Task<List<LedgerRow>> ReadLedgerAsync(string flow)
    {
        var rows = new List<LedgerRow>();
        for (var page = $"flows/{flow}/schedule/occurrences?limit=100"; ;)
        {
            var answer = await SendAsync(HttpMethod.Get, page);
            rows.AddRange(answer.GetProperty("data").EnumerateArray().Select(LedgerRow.Of));
            if (!answer.GetProperty("hasMore").GetBoolean())
                break;
            page = $"flows/{flow}/schedule/occurrences?limit=100&cursor={answer.GetProperty("cursor").GetString()}";
        }

        rows.Reverse();
        return rows;
    }

    /// <summary>The due times of all runs that the schedule started.</summary>
    public async Task<List<DateTimeOffset>> ReadDueTimesOfRunsAsync(string flow)
    {
        var due = new List<DateTimeOffset>();
        for (var page = $"flows/{flow}/runs?limit=100"; ;)
        {
            var answer = await SendAsync(HttpMethod.Get, page);
            foreach (var run in answer.GetProperty("data").EnumerateArray())
            {
                var detail = await SendAsync(HttpMethod.Get, $"flows/{flow}/runs/{run.GetProperty("id").GetString()}");
                due.Add(DateTimeOffset.Parse(detail.GetProperty("trigger").GetProperty("scheduledTime").GetString()!, CultureInfo.InvariantCulture));
            }

            if (!answer.GetProperty("hasMore").GetBoolean())
                return due;
            page = $"flows/{flow}/runs?limit=100&cursor={answer.GetProperty("cursor").GetString()}";
        }
    }

    public void Dispose() => http.Dispose();

    /// <summary>Repeats what is refused because the database is busy, as a caller should.</summary>
    async Task<JsonElement> SendAsync(HttpMethod method, string path, object? body = null)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
            using var answer = await http.SendAsync(request);
            var text = await answer.Content.ReadAsStringAsync();
            if (answer.StatusCode == HttpStatusCode.ServiceUnavailable && attempt < 20)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(500));
                continue;
            }

            Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {text}");
            return JsonElement.Parse(text);
        }
    }
}
