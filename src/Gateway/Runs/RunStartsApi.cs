using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FlowRuns.Errors;
using FlowRuns.Flows;
using FlowRuns.Gateway.Auth;
using FlowRuns.Gateway.Edge;
using FlowRuns.Json;
using FlowRuns.Runs;
using FlowRuns.Triggers;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FlowRuns.Gateway.Runs;

/// <summary>Starting runs, anew and in place of earlier ones.</summary>
static class RunStartsApi
{
    const string IdempotencyKeyHeader = "Idempotency-Key";
    const int MaxIdempotencyKeyLength = 255;
    const int MaxWaitSeconds = 60;

    public static void MapRunStarts(this IEndpointRouteBuilder api)
    {
        var runs = api.MapGroup("/flows/{flowId}/runs").WithTags("Runs").RequireAuthorization(ScopePolicies.Write);
        runs.MapPost("/", StartAsync).WithName("startRun").WithSummary("Starts a run; it is durable when this answers.").WithMetadata(new SafeToRepeat(IdempotencyKeyHeader));
        runs.MapPost("/{runId}/retry", RetryAsync).WithName("retryRun").WithSummary("Starts a new run in place of a finished one.");
    }

    static async Task<Results<Created<StartedRun>, Created<RunDetailBody>, Accepted<StartedRun>>> StartAsync(
        string flowId, RequestBody body, HttpRequest request, Caller caller, IGrainFactory grains, TimeProvider time, IHostApplicationLifetime host, CancellationToken cancellationToken)
    {
        var flow = RouteIds.Parse<FlowId>("Flow", flowId);
        var parameters = new QueryParameters(request.Query);
        var wait = parameters.Number("wait", 0, MaxWaitSeconds) ?? 0;
        parameters.ThrowIfRefused();
        var key = IdempotencyKey(request);

        var run = await grains.Flow(flow).StartRunAsync(caller.Project, new StartRun
        {
            Trigger = Trigger.Manual(body.ReadOr(StartRunRequest.Empty).Data ?? JsonData.Null),
            IdempotencyKey = key,
            RequestHash = key is null ? null : Hash(flow, body),
            TraceParent = TraceParents.Of(request),
        });

        if (wait == 0)
            return TypedResults.Created(Location(run), run);
        return await grains.WaitForRunAsync(caller.Project, run, TimeSpan.FromSeconds(wait), time, host.ApplicationStopping, cancellationToken) is { } ended
            ? TypedResults.Created(Location(run), RunDetailBody.Of(ended))
            : TypedResults.Accepted(Location(run), run);
    }

    static async Task<Created<StartedRun>> RetryAsync(string flowId, string runId, RequestBody body, Caller caller, IGrainFactory grains)
    {
        var flow = RouteIds.Parse<FlowId>("Flow", flowId);
        var earlier = RouteIds.Parse<RunId>("Run", runId);
        var retry = body.ReadOr(RetryRunRequest.Empty).ToRetryRun();

        var run = await grains.Flow(flow).RetryRunAsync(caller.Project, earlier, retry);
        return TypedResults.Created(Location(run), run);
    }

    static string? IdempotencyKey(HttpRequest request)
    {
        var values = request.Headers[IdempotencyKeyHeader];
        if (values.Count == 0)
            return null;
        return values is [{ } key] && VisibleAscii.Fits(key, MaxIdempotencyKeyLength)
            ? key
            : throw new RequestRefusedException([new FieldError(IdempotencyKeyHeader, $"must be given once, as 1 to {MaxIdempotencyKeyLength} visible ASCII characters.")]);
    }

    static string Hash(FlowId flow, RequestBody body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{flow}\n"));
        hash.AppendData(body.Utf8.Span);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    static string Location(StartedRun run) => $"/api/v1/flows/{run.FlowId}/runs/{run.Id}";
}
