using FlowRuns.Gateway;
using FlowRuns.Json;
using FlowRuns.Runs;

namespace FlowRuns.Gateway.Runs;

/// <summary>The body of a retry, which may also be missing: then all of the run is run again as it was.</summary>
sealed record RetryRunRequest
{
    public static RetryRunRequest Empty { get; } = new();

    /// <summary><c>start</c>, <c>failed</c> or a step's key.</summary>
    public string From { get; init; } = "start";

    /// <summary><c>original</c> or <c>latest</c>.</summary>
    public string Version { get; init; } = "original";

    public JsonData? Data { get; init; }

    public bool DryRun { get; init; }

    public RetryRun ToRetryRun()
    {
        var errors = new FieldErrors();
        errors.RequireText("from", From);
        if (Version is not ("original" or "latest"))
            errors.Add("version", $"'{Version}' is not one of original, latest.");
        if (DryRun)
            errors.Add("dryRun", "is not supported by this version; leave it out.");
        errors.ThrowIfAny();

        return new RetryRun { From = From, Latest = Version == "latest", Data = Data };
    }
}
