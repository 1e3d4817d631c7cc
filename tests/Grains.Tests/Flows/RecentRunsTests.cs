using System.Collections.Immutable;
using CsCheck;
using FlowRuns.Flows;
using FlowRuns.Runs;
using FlowRuns.Storage;

namespace FlowRuns.Grains.Tests.Flows;

public sealed class RecentRunsTests
{
    static readonly DateTimeOffset Start = DateTimeOffset.Parse("2026-04-21T09:00:00Z");

    [Fact]
    public void FindPage_FewerRunsThanMemoryHolds_AnswersTheLastPageToo()
    {
        var ids = Ids(3);

        var page = Loaded(capacity: 4, [.. ids.Select(id => Row(id, RunStatus.Succeeded))]).FindPage(new RunQuery { Limit = 10 });

        Assert.Equal(ids.Reverse(), page?.Rows.Select(r => r.Id));
        Assert.False(page?.HasMore);
    }

    [Fact]
    public void FindPage_OlderRunsCouldBelongToIt_LeavesItToTheStore()
    {
        var runs = Loaded(capacity: 3, [.. Ids(3).Select(id => Row(id, RunStatus.Succeeded))]);

        Assert.Null(runs.FindPage(new RunQuery { Limit = 3 }));
        Assert.True(runs.FindPage(new RunQuery { Limit = 2 })?.HasMore);
    }

    [Fact]
    public void FindPage_OfAStatus_HoldsItsNewestHoweverOldTheyAre()
    {
        var ids = Ids(30);
        var runs = Loaded(capacity: 5, [.. ids.Select((id, i) => Row(id, i is 3 or 7 ? RunStatus.Failed : RunStatus.Succeeded))]);
        var failed = new RunQuery { Limit = 1, Statuses = [RunStatus.Failed] };

        var page = runs.FindPage(failed);
        var last = runs.FindPage(failed with { Before = ids[7] });

        Assert.Equal((ids[7], true), (page!.Rows.Single().Id, page.HasMore));
        Assert.Equal((ids[3], false), (last!.Rows.Single().Id, last.HasMore));
        Assert.Equal([], runs.FindPage(failed with { Statuses = [RunStatus.Canceled] })?.Rows);
        Assert.Null(runs.FindPage(failed with { Limit = 10, Statuses = [RunStatus.Failed, RunStatus.Succeeded] }));
    }

    [Fact]
    public void FindPage_OfATimeThatMemoryReachesBackTo_IsTheLastPage()
    {
        var ids = Ids(30);
        var runs = Loaded(capacity: 9, [.. ids.Select(id => Row(id, RunStatus.Succeeded))]);
        var since = new RunQuery { Limit = 20, StartedAfter = ids[24].StartTime };

        Assert.Equal(ids[24..].Reverse(), runs.FindPage(since)?.Rows.Select(r => r.Id));
        Assert.Null(runs.FindPage(since with { StartedAfter = ids[20].StartTime }));
    }

    [Fact]
    public void Add_BeyondTheCapacity_KeepsTheNewestAndEveryRunningOne()
    {
        var ids = Ids(30);
        var runs = With(capacity: 5, [Row(ids[0], RunStatus.Running), .. ids[1..].Select(id => Row(id, RunStatus.Succeeded))]);

        Assert.Equal(RunStatus.Running, runs.Find(ids[0])?.Status);
        Assert.Null(runs.Find(ids[1]));
        Assert.Equal(ids[^4..].Reverse(), runs.FindPage(new RunQuery { Limit = 4 })?.Rows.Select(r => r.Id));
    }

    [Fact]
    public void Add_EndOfARunOlderThanWhatMemoryHolds_LeavesItToTheStore()
    {
        var ids = Ids(30);
        var runs = With(capacity: 5, [Row(ids[0], RunStatus.Running), .. ids[1..].Select(id => Row(id, RunStatus.Succeeded)), Row(ids[0], RunStatus.Succeeded)]);

        Assert.Null(runs.Find(ids[0]));
        Assert.Null(runs.FindPage(new RunQuery { Limit = 29 }));
    }

    [Fact]
    public void LeaveBefore_OlderRuns_LeavesThemToTheStoreAndTheRestInMemory()
    {
        var ids = Ids(30);
        var runs = Loaded(capacity: 100, [.. ids.Select((id, i) => Row(id, i is 0 ? RunStatus.Running : i is 3 ? RunStatus.Failed : RunStatus.Succeeded))]);
        var failed = new RunQuery { Limit = 10, Statuses = [RunStatus.Failed] };

        runs.LeaveBefore(ids[3]);
        Assert.False(runs.FindPage(failed)?.HasMore);
        runs.LeaveBefore(ids[10]);

        Assert.Null(runs.Find(ids[3]));
        Assert.Null(runs.FindPage(failed));
        Assert.Equal(ids[12..].Reverse(), runs.FindPage(new RunQuery { Limit = 20, StartedAfter = ids[12].StartTime })?.Rows.Select(r => r.Id));
        Assert.Equal([ids[0]], runs.FindPage(failed with { Statuses = [RunStatus.Running] })?.Rows.Select(r => r.Id));
        Assert.Equal([], runs.FindPage(failed with { Statuses = [RunStatus.Canceled] })?.Rows);
    }

    [Fact]
    public void FindPage_OfRunningOnes_HoldsThemHoweverOldTheyAre()
    {
        var ids = Ids(30);
        var runs = With(capacity: 5, [.. ids.Select((id, i) => Row(id, i is 3 or 7 or 29 ? RunStatus.Running : RunStatus.Succeeded))]);
        var running = new RunQuery { Limit = 10, Statuses = [RunStatus.Running] };

        Assert.Equal([ids[29], ids[7], ids[3]], runs.FindPage(running)?.Rows.Select(r => r.Id));
        Assert.Equal([ids[3]], runs.FindPage(running with { Before = ids[7] })?.Rows.Select(r => r.Id));
        Assert.True(runs.FindPage(running with { Limit = 2 })?.HasMore);
    }

    [Fact]
    public void FindPage_AnyHistoryAndQuery_EqualsAFilterOfAllRunsOrIsLeftToTheStore()
    {
        ImmutableArray<RunStatus>[] filters = [[], [RunStatus.Failed], [RunStatus.Running], [RunStatus.Canceled], [RunStatus.Running, RunStatus.Canceled]];
        var gen = Gen.Select(Gen.Int[0, 40], Gen.Int[0, 40], Gen.Int[1, 10], Gen.Int[1, 12], Gen.Int[-1, 40], Gen.Int[-1, 40], Gen.Int[0, filters.Length - 1]);
        gen.Sample((count, loaded, capacity, limit, before, after, which) =>
        {
            var filter = filters[which];
            var ids = Ids(count);
            var all = ids.Select((id, i) => Row(id, i % 7 == 0 ? RunStatus.Running : i % 3 == 0 ? RunStatus.Failed : i > 30 && i % 4 == 0 ? RunStatus.Canceled : RunStatus.Succeeded)).ToArray();
            var runs = Loaded(capacity, [.. all.Take(loaded)]);
            foreach (var row in all.Skip(loaded))
                runs.Add(row);
            var query = new RunQuery
            {
                Limit = limit,
                Before = before >= 0 && before < count ? ids[before] : null,
                StartedAfter = after >= 0 && after < count ? ids[after].StartTime : null,
                Statuses = filter,
            };

            var expected = all.Reverse().Where(query.Matches).ToArray();
            var page = runs.FindPage(query);

            // Of each status memory holds at least as many as its capacity.
            return page is null
                ? !filter.SequenceEqual([RunStatus.Running]) && (query.Before is not null || limit + 1 > capacity)
                : page.Rows.SequenceEqual(expected.Take(limit)) && page.HasMore == expected.Length > limit;
        });
    }

    [Fact]
    public void FindPage_AfterAnyOperations_EqualsAFilterOfAllRunsOrIsLeftToTheStore()
    {
        RunStatus[] ends = [RunStatus.Succeeded, RunStatus.Failed, RunStatus.Canceled];
        var operations = Gen.Select(Gen.Int[0, 9], Gen.Int[0, 1000]).Array[0, 80];
        var query = Gen.Select(Gen.Int[1, 6], Gen.Int[0, 15], Gen.Int[-1, 60], Gen.Int[-1, 60], Gen.Int[-1, 60]);
        Gen.Select(operations, Gen.Int[1, 5], query).Sample((operations, capacity, asked) =>
        {
            var ids = Ids(operations.Length + 1);
            var all = new SortedDictionary<RunId, RunSummary>();
            var runs = Loaded(capacity, []);
            foreach (var (i, (operation, pick)) in operations.Index())
            {
                switch (operation)
                {
                    case < 4:
                        Put(Row(ids[i], RunStatus.Running));
                        break;
                    case < 8 when Pick(run => run.Status == RunStatus.Running, pick) is { } running:
                        Put(Row(running.Id, ends[pick % ends.Length]));
                        break;
                    case 8 when Pick(run => run.Status != RunStatus.Running, pick) is { } ended:
                        runs.Remove(ended.Id);
                        all.Remove(ended.Id);
                        break;
                    case 9 when pick % 5 == 0:
                        runs.LeaveBefore(ids[pick % ids.Length]);
                        break;
                }
            }

            var (limit, statuses, before, after, until) = asked;
            var query = new RunQuery
            {
                Limit = limit,
                Statuses = [.. Enum.GetValues<RunStatus>().Where(status => (statuses & (1 << (int)status)) != 0)],
                Before = before >= 0 && before < ids.Length ? ids[before] : null,
                StartedAfter = after >= 0 && after < ids.Length ? ids[after].StartTime : null,
                StartedBefore = until >= 0 && until < ids.Length ? ids[until].StartTime : null,
            };
            var expected = all.Values.Reverse().Where(query.Matches).ToList();
            return runs.FindPage(query) is not { } page || (page.Rows.SequenceEqual(expected.Take(limit)) && page.HasMore == expected.Count > limit);

            void Put(RunSummary run) => runs.Add(all[run.Id] = run);

            RunSummary? Pick(Func<RunSummary, bool> condition, int pick) => all.Values.Where(condition).ToList() is { Count: > 0 } some ? some[pick % some.Count] : null;
        });
    }

    static RecentRuns With(int capacity, RunSummary[] added)
    {
        var runs = Loaded(capacity, []);
        foreach (var row in added)
            runs.Add(row);
        return runs;
    }

    /// <summary>As the store loads a history of these.</summary>
    static RecentRuns Loaded(int capacity, RunSummary[] stored)
    {
        var newestFirst = stored.OrderByDescending(run => run.Id).ToList();
        var ended = newestFirst.Where(run => run.Status != RunStatus.Running).GroupBy(run => run.Status).SelectMany(runs => runs.Take(capacity)).OrderByDescending(run => run.Id);
        return new RecentRuns(new FlowHistory(FlowStats.None, [.. ended], [.. newestFirst.Where(run => run.Status == RunStatus.Running)]), capacity);
    }

    static RunId[] Ids(int count)
    {
        var ids = new RunId[count];
        for (var i = 0; i < count; i++)
            ids[i] = RunId.Next(i == 0 ? default : ids[i - 1], Start.AddMilliseconds(i / 3));
        return ids;
    }

    static RunSummary Row(RunId id, RunStatus status) => new()
    {
        Id = id,
        FlowId = default,
        Status = status,
        FinishTime = status == RunStatus.Running ? null : id.StartTime,
        TriggerType = FlowRuns.Triggers.TriggerType.Manual,
        StepsCount = 1,
        StepsSucceeded = 1,
    };
}
