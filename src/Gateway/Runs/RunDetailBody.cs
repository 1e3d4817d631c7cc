using System.Collections.Immutable;
using System.Text.Json.Serialization;
using FlowRuns.Flows;
using FlowRuns.Json;
using FlowRuns.Runs;
using FlowRuns.Steps;
using FlowRuns.Triggers;

namespace FlowRuns.Gateway.Runs;

/// <summary>A run with its steps as the API shows it: one flat object.</summary>
sealed record RunDetailBody
{
    public required RunId Id { get; init; }

    public required FlowId FlowId { get; init; }

    public required RunStatus Status { get; init; }

    [JsonConverter(typeof(MillisecondsConverter))]
    public TimeSpan? Duration { get; init; }

    public required DateTimeOffset StartTime { get; init; }

    public DateTimeOffset? FinishTime { get; init; }

    public required TriggerType TriggerType { get; init; }

    public required int StepsCount { get; init; }

    public required int StepsSucceeded { get; init; }

    public RunError? Error { get; init; }

    public required int FlowVersion { get; init; }

    /// <summary>The trigger's output.</summary>
    public required JsonData Trigger { get; init; }

    public RunId? RetryOf { get; init; }

    public RunId? RetriedBy { get; init; }

    public string? IdempotencyKey { get; init; }

    public required ImmutableArray<StepResult> Steps { get; init; }

    public static RunDetailBody Of(RunDetail run) => new()
    {
        Id = run.Summary.Id,
        FlowId = run.Summary.FlowId,
        Status = run.Summary.Status,
        Duration = run.Summary.Duration,
        StartTime = run.Summary.StartTime,
        FinishTime = run.Summary.FinishTime,
        TriggerType = run.Summary.TriggerType,
        StepsCount = run.Summary.StepsCount,
        StepsSucceeded = run.Summary.StepsSucceeded,
        Error = run.Summary.Error,
        FlowVersion = run.FlowVersion,
        Trigger = run.Trigger.Output,
        RetryOf = run.RetryOf,
        RetriedBy = run.RetriedBy,
        IdempotencyKey = run.IdempotencyKey,
        Steps = run.Steps,
    };
}
