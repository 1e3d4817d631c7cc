using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using FlowRuns.Connections;
using FlowRuns.Json;

namespace FlowRuns.Steps;

/// <summary>Chooses what a webhook that waits for its run answers. The answer goes out when the run has ended; of several such steps the last one counts.</summary>
sealed class WebhookRespondStep : IStep
{
    public const string Name = "webhook.respond";

    const int MaxHeaders = 50;
    const int MaxHeaderBytes = 8 * 1024;

    // They speak for the whole site, of which a webhook is one address among others, or are the gateway's own.
    static readonly FrozenSet<string> Reserved = FrozenSet.ToFrozenSet(
    [
        "Alt-Svc", "Clear-Site-Data", "Content-Encoding", "Content-Security-Policy", "Date", "Proxy-Authenticate", "Public-Key-Pins", "Server", "Service-Worker-Allowed",
        "Set-Cookie", "Strict-Transport-Security", "X-Content-Type-Options", "X-Request-Id", "X-Run-Id",
        "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset",
    ],
    StringComparer.OrdinalIgnoreCase);

    public string Type => Name;

    public string Description => "Chooses the answer of a webhook with response WHEN_FINISHED: status, headers and body.";

    public ImmutableArray<string> Connections => [];

    public bool HasEffects => false;

    public JsonData InputSchema { get; } = JsonSchemaText.Of("""
        {
          "type": "object",
          "properties": {
            "statusCode": { "type": "integer", "minimum": 200, "maximum": 599, "description": "200 when left out." },
            "headers": { "type": "object", "additionalProperties": { "type": "string" }, "description": "Header names and values." },
            "body": { "description": "A text is sent as it is, as text/plain unless headers say otherwise; any other value as JSON. Nothing when left out or null." }
          },
          "additionalProperties": false
        }
        """);

    public JsonData OutputSchema { get; } = JsonSchemaText.Of("""{ "type": "object", "description": "The input." }""");

    public Task<StepOutcome> ExecuteAsync(StepContext context, CancellationToken cancellationToken)
    {
        var problem = context.Input.TryGetProperty("headers", out var headers) ? ProblemOf(headers) : null;
        return Task.FromResult<StepOutcome>(problem is null ? new StepOutcome.Succeeded(JsonData.Of(context.Input)) : new StepOutcome.Failed(problem, Final: true));
    }

    static string? ProblemOf(JsonElement headers)
    {
        var given = headers.EnumerateObject().Select(header => KeyValuePair.Create(header.Name, header.Value.GetString()!)).ToList();
        if (given.Count > MaxHeaders || given.Sum(header => header.Key.Length + header.Value.Length) > MaxHeaderBytes)
            return $"the answer has {given.Count} headers; at most {MaxHeaders} with {MaxHeaderBytes} characters together are allowed";

        return given
            .Select(header => Reserved.Contains(header.Key) ? $"The header '{header.Key}' is not a flow's to set: leave it out." : RequestHeader.Problem(header.Key, header.Value))
            .FirstOrDefault(problem => problem is not null);
    }
}
