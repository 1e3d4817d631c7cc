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
            var starts = Enumerable.Range(0, Runs).Select(i => Start(flow, Noon.AddSeconds(i)) with { Owner = owner }).ToList();
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
        },
        iter: 200,
        threads: 1);

    static RunWrite Write(RunStart start, int act, int attempt) => act switch
    {
        0 => start,
        1 => start with { End = start.Finish(seconds: 3) },
        2 => start.Checkpoint(0, Step("a")) with { Attempt = attempt },
        3 => start.Finish(RunStatus.Succeeded, attempt, seconds: 1.5),
        4 => start.Finish(RunStatus.Failed, attempt, seconds: 2.25),
        _ => start.Finish(RunStatus.Canceled, attempt, seconds: 0),
    };

    static FlowStats Count(List<RunWrite> applied)
    {
        var starts = applied.OfType<RunStart>().ToList();
        var ends = applied.OfType<RunFinish>().Concat(starts.Select(start => start.End).OfType<RunFinish>()).ToList();
        return new FlowStats
        {
            TotalRuns = starts.Count,
            Succeeded = ends.Count(end => end.Status == RunStatus.Succeeded),
            Failed = ends.Count(end => end.Status == RunStatus.Failed),
            Canceled = ends.Count(end => end.Status == RunStatus.Canceled),
            TotalDuration = TimeSpan.FromTicks(ends.Sum(end => (end.FinishTime - end.Run.StartTime).Ticks)),
            LastRun = starts.Count == 0 ? null : starts.Max(start => start.Run.StartTime),
        };
    }

    async Task<IEnumerable<RunWrite>> CommitAsync(List<RunWrite> batch)
    {
        var results = await Store.CommitAsync(batch, default);
        return [.. batch.Zip(results).Where(pair => pair.Second.Outcome == RunWriteOutcome.Applied).Select(pair => pair.First)];
    }
}
