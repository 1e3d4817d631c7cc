using System.Collections.Immutable;
using System.Numerics;

namespace FlowRuns.Flows;

/// <summary>How long runs took, counted in buckets narrow enough for percentiles within 2 %. Sketches add up without loss, in any order.</summary>
/// <remarks>The buckets are stored: one per millisecond below 64, above that 32 of equal width per power of two.</remarks>
[GenerateSerializer, Immutable, Alias("flowruns.duration-sketch")]
public sealed record DurationSketch
{
    const int Bits = 5;
    const int PerPower = 1 << Bits;

    public static DurationSketch Empty { get; } = new();

    /// <summary>Ascending by bucket, those without a run left out.</summary>
    [Id(0)]
    public ImmutableArray<DurationCount> Counts { get; init; } = [];

    public static DurationSketch Sum(IEnumerable<DurationSketch> sketches)
    {
        var sums = new SortedDictionary<int, long>();
        foreach (var (bucket, runs) in sketches.SelectMany(sketch => sketch.Counts))
            sums[bucket] = sums.GetValueOrDefault(bucket) + runs;
        return new DurationSketch { Counts = [.. sums.Select(sum => new DurationCount(sum.Key, sum.Value))] };
    }

    public DurationSketch With(TimeSpan duration)
    {
        var bucket = BucketOf((long)duration.TotalMilliseconds);
        var place = Counts.BinarySearch(new DurationCount(bucket, 0));
        return new DurationSketch
        {
            Counts = place >= 0
                ? Counts.SetItem(place, new DurationCount(bucket, Counts[place].Runs + 1))
                : Counts.Insert(~place, new DurationCount(bucket, 1)),
        };
    }

    /// <summary>Milliseconds within which this share of the runs ended; 0 when there is none.</summary>
    public long Percentile(double share)
    {
        var rank = Math.Ceiling(share * Counts.Sum(count => count.Runs));
        foreach (var (bucket, runs) in Counts)
        {
            rank -= runs;
            if (rank <= 0)
                return MiddleOf(bucket);
        }

        return 0;
    }

    public bool Equals(DurationSketch? other) => other is not null && Counts.AsSpan().SequenceEqual(other.Counts.AsSpan());

    public override int GetHashCode() => Counts.IsEmpty ? 0 : HashCode.Combine(Counts.Length, Counts[0], Counts[^1]);

    static int BucketOf(long milliseconds)
    {
        if (milliseconds < 2 * PerPower)
            return (int)Math.Max(milliseconds, 0);

        var shift = BitOperations.Log2((ulong)milliseconds) - Bits;
        return (shift * PerPower) + (int)(milliseconds >> shift);
    }

    static long MiddleOf(int bucket)
    {
        if (bucket < 2 * PerPower)
            return bucket;

        var shift = (bucket / PerPower) - 1;
        var lowest = (long)((bucket % PerPower) + PerPower) << shift;
        return lowest + (((1L << shift) - 1) / 2);
    }
}
