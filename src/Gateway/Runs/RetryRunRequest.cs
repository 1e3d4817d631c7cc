using FlowRuns.Json;
using FlowRuns.Runs;

namespace FlowRuns.Gateway.Runs;

/// <summary>The body of a retry, which may also be missing: then all of the run is run again as it was.</summary>
sealed record RetryRunRequest
{
    public static RetryRunRequest Empty { get; } = new();

    // No initialisers: the source-generated reader sets what the body leaves out to null all the same.

    /// <summary><c>start</c>, <c>failed</c> or a step's key; null means <c>start</c>.</summary>
    public string? From { get; init; }

    /// <summary><c>original</c> or <c>latest</c>; null means <c>original</c>.</summary>
    public string? Version { get; init; }

    public JsonData? Data { get; init; }

    public bool? DryRun { get; init; }

    public RetryRun ToRetryRun()
    {
        var errors = new FieldErrors();
        var from = From ?? "start";
        errors.RequireText("from", from);
        if (Version is not (null or "original" or "latest"))
            errors.Add("version", $"'{Version}' is not one of original, latest.");
        if (DryRun == true)
            errors.Add("dryRun", "is not supported by this version; leave it out.");
        errors.ThrowIfAny();

        return new RetryRun { From = from, Latest = Version == "latest", Data = Data };
    }
}
