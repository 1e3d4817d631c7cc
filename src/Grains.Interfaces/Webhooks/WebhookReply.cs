using FlowRuns.Projects;
using FlowRuns.Runs;

namespace FlowRuns.Webhooks;

/// <summary>What the gateway needs to answer a delivery.</summary>
[GenerateSerializer, Immutable, Alias("flowruns.webhook-reply")]
public sealed record WebhookReply
{
    [Id(0)]
    public required WebhookVerdict Verdict { get; init; }

    /// <summary>With <see cref="WebhookVerdict.MethodRefused"/>: the methods that are answered, separated by commas.</summary>
    [Id(1)]
    public string? Allow { get; init; }

    /// <summary>With <see cref="WebhookVerdict.Accepted"/>: the delivery's run.</summary>
    [Id(2)]
    public StartedRun? Run { get; init; }

    [Id(3)]
    public ProjectId Project { get; init; }

    /// <summary>How long to wait for the run's result; null means to answer at once.</summary>
    [Id(4)]
    public TimeSpan? Wait { get; init; }
}
