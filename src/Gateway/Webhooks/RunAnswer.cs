using System.Text;
using System.Text.Json;
using FlowRuns.Flows;
using FlowRuns.Json;
using FlowRuns.Runs;
using FlowRuns.Steps;

namespace FlowRuns.Gateway.Webhooks;

/// <summary>The answer of a webhook that waited for its run: what a <c>webhook.respond</c> step says, else the last step's output.</summary>
static class RunAnswer
{
    const string RespondType = "webhook.respond";

    public static Task WriteAsync(HttpContext context, RunDetail run, FlowVersion version)
    {
        // A flow's author chooses type and body of the answer; no browser may take it for a page of this site.
        context.Response.Headers.ContentSecurityPolicy = "sandbox; default-src 'none'";
        if (run.Summary.Status != RunStatus.Succeeded)
            return NotSucceeded(run.Summary).WriteAsync(context);

        var steps = version.Definition.Steps;
        for (var i = steps.Length - 1; i >= 0; i--)
        {
            if (steps[i].Type == RespondType && run.Steps[i + 1] is { Status: StepStatus.Succeeded, Output: { } chosen })
                return WriteChosenAsync(context, chosen.ToElement());
        }

        return steps.IsEmpty
            ? WebhookAccepted.WriteAsync(context, StatusCodes.Status200OK, run.Summary.Id, run.Summary.Status)
            : WriteBodyAsync(context, (run.Steps[^1].Output ?? JsonData.Null).ToElement());
    }

    static ApiError NotSucceeded(RunSummary run) =>
        new(StatusCodes.Status500InternalServerError, $"RUN_{run.Status.ToString().ToUpperInvariant()}", $"{run.Id} ended as {run.Status.ToString().ToUpperInvariant()}.");

    static Task WriteChosenAsync(HttpContext context, JsonElement answer)
    {
        var response = context.Response;
        if (answer.TryGetProperty("headers", out var headers))
        {
            foreach (var header in headers.EnumerateObject())
                response.Headers[header.Name] = header.Value.GetString();
        }

        response.StatusCode = answer.TryGetProperty("statusCode", out var status) ? status.GetInt32() : StatusCodes.Status200OK;
        return answer.TryGetProperty("body", out var body) ? WriteBodyAsync(context, body) : WriteNothingAsync(response);
    }

    static async Task WriteBodyAsync(HttpContext context, JsonElement body)
    {
        var response = context.Response;
        if (body.ValueKind == JsonValueKind.Null || response.StatusCode is StatusCodes.Status204NoContent or StatusCodes.Status205ResetContent or StatusCodes.Status304NotModified)
        {
            await WriteNothingAsync(response);
            return;
        }

        var text = body.ValueKind == JsonValueKind.String ? body.GetString()! : body.GetRawText();
        if (response.ContentType is null)
            response.ContentType = body.ValueKind == JsonValueKind.String ? "text/plain; charset=utf-8" : "application/json; charset=utf-8";
        var bytes = Encoding.UTF8.GetBytes(text);
        response.ContentLength = bytes.Length;
        await response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    // Begun, so that a status of 400 and more is left as the flow chose it.
    static Task WriteNothingAsync(HttpResponse response) => response.StartAsync();
}
