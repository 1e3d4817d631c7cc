using CsCheck;
using FlowRuns.Flows;
using FlowRuns.Storage;

namespace FlowRuns.Grains.Tests.Flows;

public sealed class DurationSketchTests
{
    // From a millisecond to 34 years, every size as likely.
    static readonly Gen<long> Durations = Gen.Select(Gen.Int[0, 40], Gen.Double[1, 2], (power, factor) => (long)(Math.Pow(2, power) * factor));

    [Fact]
    public void Percentile_OfAnyDurations_IsWithinTwoPerCent() => Gen.Select(Durations.Array[1, 200], Gen.Double[0.001, 1]).Sample((durations, share) =>
    {
        var exact = durations.Order().ElementAt((int)Math.Ceiling(share * durations.Length) - 1);

        Assert.InRange(Of(durations).Percentile(share), Math.Ceiling(exact * 0.98), Math.Floor(exact * 1.02));
    });

    [Fact]
    public void Sum_OfAnyParts_IsTheSketchOfAll() => Durations.Array[0, 50].Array[0, 5].Sample(parts =>
        Assert.Equal(Of(parts.SelectMany(part => part)), DurationSketch.Sum(parts.Select(Of))));

    [Fact]
    public void Stored_AnySketch_ComesBackAsItWas() => Durations.Array[0, 50].Sample(durations =>
        Assert.Equal(Of(durations), StoredSketch.Read(StoredSketch.Write(Of(durations)))));

    [Theory]
    [InlineData("{}", new long[0])]
    [InlineData("[62:65]={1,NULL,3,1}", new long[] { 62, 64, 65, 64, 66 })]
    [InlineData("{4,NULL,1}", new long[] { 1, 1, 1, 1, 3 })] // bounds that begin at 1 are not written
    public void Stored_AsPostgresWritesIt_IsRead(string text, long[] durations)
    {
        Assert.Equal(Of(durations), StoredSketch.Read(text));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(63, 63)]
    [InlineData(64, 64)]
    [InlineData(65, 64)]
    [InlineData(66, 66)]
    public void Percentile_ShortRuns_AreExactToTheMillisecond(long duration, long expected)
    {
        Assert.Equal(expected, Of([duration]).Percentile(0.5));
    }

    [Fact]
    public void Percentiles_OfAHundredRuns_AreThe50thThe95thAndThe99th()
    {
        Assert.Equal(new DurationPercentiles(32, 60, 62), DurationPercentiles.Of(Of([.. Enumerable.Range(1, 50).Select(i => (long)Math.Min(i, 32)), .. Enumerable.Range(51, 45).Select(_ => 60L), .. Enumerable.Repeat(62L, 5)])));
        Assert.Null(DurationPercentiles.Of(DurationSketch.Empty));
    }

    static DurationSketch Of(IEnumerable<long> durations) => durations.Aggregate(DurationSketch.Empty, (sketch, ms) => sketch.With(TimeSpan.FromMilliseconds(ms)));
}
