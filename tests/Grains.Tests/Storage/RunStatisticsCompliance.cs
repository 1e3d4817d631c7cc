using CsCheck;
using FlowRuns.Flows;
using FlowRuns.Runs;
using FlowRuns.Storage;
using static FlowRuns.Grains.Tests.Storage.StoredRuns;

namespace FlowRuns.Grains.Tests.Storage;

public abstract class RunStatisticsCompliance(StoreFixture fixture) : RunStoreCompliance(fixture)
{
    const int Runs = 6;

    // Start, checkpoint and finish of a few runs in any order, by right and wrong attempts, cut into batches, some of which come twice.
    static readonly Gen<(int Run, int Act, int Attempt, bool EndsBatch, bool Again)[]> Histories = Gen.Select(
        Gen.Int[0, Runs - 1],
        Gen.Int[0, 6],
        Gen.Int[1, 2],
        Gen.Bool,
        Gen.Bool).Array[1, 60];

    [Fact]
    public Task Statistics_AfterAnyHistory_EqualARecountAndTheResults() => Check.SampleAsync(
        Histories,
        async history =>
        {
            var flow = NewFlow();
            var owner = $"lost-{flow}";
            var starts = Enumerable.Range(0, Runs).Select(i => Start(flow, Noon.AddMinutes(20 * i)) with { Owner = owner }).ToList();
            var (applied, batch) = (new List<RunWrite>(), new List<RunWrite>());

            foreach (var (run, act, attempt, endsBatch, again) in history)
            {
                if (act == 6)
                    await Store.TakeOverAsync(["silo-a"], $"next-{flow}", 1, default);
                else
                    batch.Add(Write(starts[run], act, attempt));
                if (!endsBatch)
                    continue;

                applied.AddRange(await CommitAsync(batch));
                if (again)
                    applied.AddRange(await CommitAsync(batch));
                batch.Clear();
            }

            var stats = await Store.LoadStatsAsync(flow);
            Assert.Equal(await Store.RecountAsync(flow, default), stats);
            Assert.Equal(Count(applied), stats);
            Assert.Equal(stats, FlowStats.Sum(await Store.ListHoursAsync(flow, new StatsWindow(Noon, Noon.AddHours(2)), default)));
        },
        iter: 200,
        threads: 1);

    [Fact]
    public async Task Statistics_TwoStoresAddToOneHourAtOnce_LoseNothing()
    {
        var flow = NewFlow();

        await Task.WhenAll(AddAsync(Store), AddAsync(Another));

        var stats = await Store.LoadStatsAsync(flow);
        Assert.Equal(100, stats.Durations.Counts.Sum(count => count.Runs));
        Assert.Equal(await Store.RecountAsync(flow, default), stats);
        Assert.Equal([stats with { From = Noon, To = Noon.AddHours(1) }], await Store.ListHoursAsync(flow, new StatsWindow(Noon, Noon.AddHours(1)), default));

        async Task AddAsync(IRunStore store)
        {
            for (var i = 0; i < 50; i++)
            {
                var start = Start(flow, Noon.AddSeconds(i));
                await store.CommitAllAsync(start, start.Finish(seconds: 0.1 * i));
            }
        }
    }

    [Fact]
    public async Task Hours_RunsEndLaterOrAreDeleted_CountWhereTheyStarted()
    {
        var flow = NewFlow();
        var (first, late, next) = (Start(flow, Noon), Start(flow, Noon.AddMinutes(59)), Start(flow, Noon.AddHours(3)));
        await Store.CommitAllAsync(first, late, next, first.Finish(seconds: 1), late.Finish(RunStatus.Failed, seconds: 7200));
        await Store.CommitAllAsync(first.Delete());

        var hours = await Store.ListHoursAsync(flow, new StatsWindow(Noon.AddDays(-1), Noon.AddDays(1)), default);

        Assert.Equal([Noon, Noon.AddHours(3)], hours.Select(hour => hour.From));
        Assert.Equal((2, 1, 1, Noon.AddMinutes(59)), (hours[0].TotalRuns, hours[0].Succeeded, hours[0].Failed, hours[0].LastRun));
        Assert.Equal((1, 1), (hours[1].TotalRuns, hours[1].Running));
        Assert.Equal([hours[1]], await Store.ListHoursAsync(flow, new StatsWindow(Noon.AddHours(1), Noon.AddHours(4)), default));
        Assert.Empty(await Store.ListHoursAsync(flow, new StatsWindow(Noon.AddHours(1), Noon.AddHours(3)), default));
        Assert.Empty(await Store.ListHoursAsync(NewFlow(), new StatsWindow(Noon, Noon.AddHours(1)), default));
    }

    static RunWrite Write(RunStart start, int act, int attempt) => act switch
    {
        0 or 1 => start,
        2 => start.Checkpoint(0, Step("a")) with { Attempt = attempt },
        3 => start.Finish(RunStatus.Succeeded, attempt, seconds: 1.5),
        4 => start.Finish(RunStatus.Failed, attempt, seconds: 2.25),
        _ => start.Finish(RunStatus.Canceled, attempt, seconds: 0),
    };

    static FlowStats Count(List<RunWrite> applied)
    {
        var starts = applied.OfType<RunStart>().ToList();
        var ends = applied.OfType<RunFinish>().ToList();
        return new FlowStats
        {
            TotalRuns = starts.Count,
            Succeeded = ends.Count(end => end.Status == RunStatus.Succeeded),
            Failed = ends.Count(end => end.Status == RunStatus.Failed),
            Canceled = ends.Count(end => end.Status == RunStatus.Canceled),
            TotalDuration = TimeSpan.FromTicks(ends.Sum(end => (end.FinishTime - end.Run.StartTime).Ticks)),
            Durations = ends.Aggregate(DurationSketch.Empty, (sketch, end) => sketch.With(end.FinishTime - end.Run.StartTime)),
            LastRun = starts.Count == 0 ? null : starts.Max(start => start.Run.StartTime),
        };
    }

    async Task<IEnumerable<RunWrite>> CommitAsync(List<RunWrite> batch)
    {
        var results = await Store.CommitAsync(batch, default);
        return [.. batch.Zip(results).Where(pair => pair.Second.Outcome == RunWriteOutcome.Applied).Select(pair => pair.First)];
    }
}
