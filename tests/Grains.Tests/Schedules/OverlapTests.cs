using System.Collections.Immutable;
using FlowRuns.Schedules;
using FlowRuns.Triggers;

namespace FlowRuns.Grains.Tests.Schedules;

public sealed class OverlapTests
{
    /// <summary>Due at minutes 1, 2, ...: what came of each (a run, skipped, coalesced, waiting), and which minute waits afterwards.</summary>
    [Theory]
    [InlineData(OverlapPolicy.Allow, "FF", true, null, "FF", null)]
    [InlineData(OverlapPolicy.Skip, "F", false, null, "F", null)]
    [InlineData(OverlapPolicy.Skip, "FF", false, null, "FS", null)]
    [InlineData(OverlapPolicy.Skip, "MF", true, null, "MS", null)]
    [InlineData(OverlapPolicy.QueueOne, "F", false, null, "F", null)]
    [InlineData(OverlapPolicy.QueueOne, "F", true, null, "", 1)]
    [InlineData(OverlapPolicy.QueueOne, "FFF", false, null, "FS", 2)]
    [InlineData(OverlapPolicy.QueueOne, "FM", true, 9, "SM", 9)]
    [InlineData(OverlapPolicy.QueueOne, "F", false, 9, "S", 9)]
    [InlineData(OverlapPolicy.CancelPrevious, "FMF", true, null, "OMF", null)]
    public void Apply_Table_DoesWhatThePolicySays(OverlapPolicy policy, string due, bool isRunning, int? waiting, string expected, int? waitingAfter)
    {
        var (outcomes, after) = Overlap.Apply(policy, [.. due.Select((letter, i) => Row(i + 1, letter))], isRunning, Minute(waiting));

        Assert.Equal(expected, string.Concat(outcomes.Select(Letter)));
        Assert.Equal(Minute(waitingAfter), after);
    }

    static Occurrence Row(int minute, char letter) => new()
    {
        DueTime = Minute(minute)!.Value,
        Outcome = letter == 'F' ? OccurrenceOutcome.Fired : OccurrenceOutcome.Missed,
    };

    static char Letter(Occurrence occurrence) => occurrence.Outcome switch
    {
        OccurrenceOutcome.Fired => 'F',
        OccurrenceOutcome.SkippedOverlap => 'S',
        OccurrenceOutcome.Coalesced => 'O',
        _ => 'M',
    };

    static DateTimeOffset? Minute(int? minute) => minute is { } value ? Some.Time.AddMinutes(value) : null;
}
