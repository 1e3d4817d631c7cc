using System.Text.Json.Serialization;
using FlowRuns.Json;

namespace FlowRuns.Schedules;

/// <summary>What became of a due time. The numbers are stored.</summary>
[JsonConverter(typeof(UpperSnakeCaseConverter<OccurrenceOutcome>))]
public enum OccurrenceOutcome
{
    /// <summary>A run, on time.</summary>
    Fired = 0,

    /// <summary>A run, late, since nothing was running when it was due.</summary>
    CaughtUp = 1,

    /// <summary>No run: the one of a later due time stands for it.</summary>
    Coalesced = 2,

    /// <summary>No run: the previous one was still under way.</summary>
    SkippedOverlap = 3,

    /// <summary>No run; <see cref="Occurrence.Reason"/> tells why.</summary>
    Missed = 4,
}
