using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using FlowRuns.Connections;
using FlowRuns.Json;
using FlowRuns.Steps.Http;

namespace FlowRuns.Steps.Slack;

/// <summary>Calls methods of Slack's Web API (https://api.slack.com/web) with a connection's token.</summary>
sealed class SlackApi(EgressGuard egress, TimeProvider time)
{
    const string DefaultBaseUrl = "https://slack.com/api";
    const int LongestAnswer = 1024 * 1024;

    public async Task<SlackAnswer> CallAsync(Connection connection, string method, JsonData body, CancellationToken cancellationToken)
    {
        var url = new Uri($"{(connection.Find("baseUrl") ?? DefaultBaseUrl).TrimEnd('/')}/{method}");
        using var request = new HttpRequestMessage(HttpMethod.Post, url);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", connection.Find("token"));
        request.Content = new StringContent(body.ToString(), Encoding.UTF8, "application/json");
        try
        {
            using var answer = await egress.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return await ReadAsync(answer, method, cancellationToken);
        }
        catch (Exception e) when (SendFailure.IsExpected(e, cancellationToken))
        {
            return new SlackAnswer(default, SendFailure.Of(e, url));
        }
    }

    async Task<SlackAnswer> ReadAsync(HttpResponseMessage answer, string method, CancellationToken cancellationToken)
    {
        var retryAfter = RetryAfter.Of(answer.Headers, time.GetUtcNow());
        if (answer.StatusCode is >= HttpStatusCode.InternalServerError or HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout)
            return Failed($"Slack answered HTTP {(int)answer.StatusCode}.", final: false, retryAfter);

        var body = await CappedBody.ReadAsync(answer.Content, LongestAnswer, cancellationToken);
        if (body is null || !ForeignJson.TryParse(body.Value, out var json) || json.Value.ValueKind != JsonValueKind.Object)
            return Failed($"HTTP {(int)answer.StatusCode} from {answer.RequestMessage?.RequestUri?.Authority} is not an answer of Slack's API.", final: true, retryAfter);

        if (json.Value.TryGetProperty("ok", out var ok) && ok.ValueKind == JsonValueKind.True)
            return new SlackAnswer(json.Value, null);

        var code = json.Value.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.String ? error.GetString()! : "unknown_error";
        return Failed(SlackErrors.Describe(code, method), !SlackErrors.IsTransient(code), retryAfter);
    }

    static SlackAnswer Failed(string message, bool final, TimeSpan? retryAfter) => new(default, new StepOutcome.Failed(message, final, retryAfter));
}
