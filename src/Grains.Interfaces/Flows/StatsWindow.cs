namespace FlowRuns.Flows;

/// <summary>Whole hours or days of statistics, from the first time on and before the second; null where it is open.</summary>
[GenerateSerializer, Immutable, Alias("flowruns.stats-window")]
public sealed record StatsWindow([property: Id(0)] DateTimeOffset? From, [property: Id(1)] DateTimeOffset? To)
{
    /// <summary>The smallest window of whole buckets that holds both times.</summary>
    public static StatsWindow Around(DateTimeOffset? from, DateTimeOffset? to, StatsInterval interval) =>
        new(from is { } first ? interval.Floor(first) : null, to is { } end ? interval.Ceiling(end) : null);

    /// <summary>How many buckets a closed window has.</summary>
    public long Count(StatsInterval interval) => (To!.Value - From!.Value).Ticks / interval.Length().Ticks;

    /// <summary>The buckets of a closed window, oldest first.</summary>
    public IEnumerable<StatsWindow> Split(StatsInterval interval)
    {
        for (var from = From!.Value; from < To; from += interval.Length())
            yield return new StatsWindow(from, from + interval.Length());
    }

    /// <summary>The figures of the window, given those of its hours.</summary>
    public FlowStats Sum(IEnumerable<FlowStats> hours) => FlowStats.Sum([.. hours]) with { From = From, To = To };
}
