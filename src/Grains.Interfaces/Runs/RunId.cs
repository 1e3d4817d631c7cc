using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using FlowRuns.Ids;
using FlowRuns.Json;

namespace FlowRuns.Runs;

/// <summary>A run's id, written <c>run_</c> and 26 lower-case letters and digits.</summary>
/// <remarks>Its time is the run's start time, so the order of ids is the order of lists: one index serves both.</remarks>
[GenerateSerializer, Immutable, Alias("flowruns.run-id")]
[JsonConverter(typeof(ParsableConverter<RunId>))]
public readonly record struct RunId([property: Id(0)] Guid Value) : IParsable<RunId>, IComparable<RunId>
{
    const string Prefix = "run_";

    /// <summary>The run's start time, in whole milliseconds.</summary>
    public DateTimeOffset StartTime => TimeOrderedId.TimeOf(Value);

    /// <summary>Makes an id that is greater than <paramref name="previous"/>, also within one millisecond and when the clock stepped back.</summary>
    public static RunId Next(RunId previous, DateTimeOffset now)
    {
        var next = new RunId(TimeOrderedId.New(now));
        return next > previous ? next : new RunId(TimeOrderedId.After(previous.Value));
    }

    /// <summary>The smallest id that a run started at <paramref name="time"/> can have.</summary>
    public static RunId FirstAt(DateTimeOffset time) => new(TimeOrderedId.First(time));

    public int CompareTo(RunId other) => TimeOrderedId.Compare(Value, other.Value);

    public static bool operator <(RunId left, RunId right) => left.CompareTo(right) < 0;

    public static bool operator >(RunId left, RunId right) => left.CompareTo(right) > 0;

    public static bool operator <=(RunId left, RunId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(RunId left, RunId right) => left.CompareTo(right) >= 0;

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out RunId result)
    {
        var parsed = TimeOrderedId.TryParse(Prefix, s, out var value);
        result = new RunId(value);
        return parsed;
    }

    public static RunId Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException($"'{s}' is not an id of the form {Prefix}...");

    public override string ToString() => TimeOrderedId.Format(Prefix, Value);
}
