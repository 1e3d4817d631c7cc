namespace FlowRuns.Flows;

/// <summary>How many runs took about as long, by the bucket of <see cref="DurationSketch"/>. Ordered by bucket alone.</summary>
[GenerateSerializer, Immutable, Alias("flowruns.duration-count")]
public readonly record struct DurationCount([property: Id(0)] int Bucket, [property: Id(1)] long Runs) : IComparable<DurationCount>
{
    public int CompareTo(DurationCount other) => Bucket.CompareTo(other.Bucket);

    public static bool operator <(DurationCount left, DurationCount right) => left.CompareTo(right) < 0;

    public static bool operator >(DurationCount left, DurationCount right) => left.CompareTo(right) > 0;

    public static bool operator <=(DurationCount left, DurationCount right) => left.CompareTo(right) <= 0;

    public static bool operator >=(DurationCount left, DurationCount right) => left.CompareTo(right) >= 0;
}
