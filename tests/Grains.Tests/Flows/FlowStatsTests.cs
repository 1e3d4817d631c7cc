using FlowRuns.Flows;
using FlowRuns.Runs;

namespace FlowRuns.Grains.Tests.Flows;

public sealed class FlowStatsTests
{
    [Theory]
    [InlineData(143, 2, 98.6)]
    [InlineData(0, 0, 0)]
    [InlineData(1, 0, 100)]
    [InlineData(0, 1, 0)]
    [InlineData(1, 2, 33.3)]
    [InlineData(1999, 1, 100)] // 99.95 lies half way: away from zero
    [InlineData(1, 1999, 0.1)] // 0.05 likewise
    public void SuccessRate_OneDecimal_RoundsHalfAwayFromZero(long succeeded, long failed, double expected)
    {
        Assert.Equal(expected, new FlowStats { TotalRuns = succeeded + failed, Succeeded = succeeded, Failed = failed }.SuccessRate);
    }

    [Theory]
    [InlineData(3, 4, 1)]  // 1.33
    [InlineData(2, 5, 3)]  // 2.5 lies half way
    [InlineData(0, 0, 0)]
    public void AverageDuration_WholeMilliseconds_RoundsHalfAwayFromZero(long finished, long totalMilliseconds, long expected)
    {
        var stats = new FlowStats { TotalRuns = finished, Succeeded = finished, TotalDuration = TimeSpan.FromMilliseconds(totalMilliseconds) };

        Assert.Equal(expected, stats.AverageDuration);
    }

    [Fact]
    public void Sum_OfParts_IsAsIfCountedAtOnce()
    {
        var finished = new[] { 5, 70, 4000 }.Select(ms => TimeSpan.FromMilliseconds(ms)).ToList();
        var parts = finished.Select((duration, i) => FlowStats.None.WithStart(RunId.FirstAt(Some.Time.AddHours(i))).WithFinish((RunStatus)(i + 1), duration)).ToList();

        var atOnce = Enumerable.Range(0, 3).Aggregate(FlowStats.None, (stats, i) => stats.WithStart(RunId.FirstAt(Some.Time.AddHours(2 - i))).WithFinish((RunStatus)(i + 1), finished[i]));

        Assert.Equal(atOnce, FlowStats.Sum(parts));
        Assert.Equal(FlowStats.None, FlowStats.Sum([]));
    }

    [Fact]
    public void Running_CanceledRunsToo_IsWhatHasNotFinished()
    {
        var stats = new FlowStats { TotalRuns = 10, Succeeded = 4, Failed = 1, Canceled = 2 };

        Assert.Equal(3, stats.Running);
        Assert.Equal(80, stats.SuccessRate);
    }
}
