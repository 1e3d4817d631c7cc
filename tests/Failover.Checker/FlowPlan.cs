using System.Collections.Immutable;

namespace FlowRuns.Failover.Checker;

/// <summary>What the runs of a flow have to do, whatever crashes.</summary>
sealed record FlowPlan
{
    public required string FlowId { get; init; }

    public required string Name { get; init; }

    /// <summary>Without the trigger.</summary>
    public required ImmutableArray<StepPlan> Steps { get; init; }

    /// <summary>How far its schedule's due times are apart; null when it has none.</summary>
    public TimeSpan? Every { get; init; }

    /// <summary>The name of the step at which each run fails; null when none does.</summary>
    public string? FailsAt { get; init; }

    /// <summary>The name of the step at which a run may fail when a crash interrupts it; null when it may not.</summary>
    public string? MayFailAt { get; init; }
}

sealed record StepPlan
{
    public required string Key { get; init; }

    public required string Name { get; init; }

    /// <summary>Whether the step calls the sink.</summary>
    public bool Calls { get; init; }

    /// <summary>How many calls the step may make while nothing crashes.</summary>
    public int Attempts { get; init; } = 1;

    /// <summary>Whether a crash allows no further call.</summary>
    public bool AtMostOnce { get; init; }
}
