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
    public void FindPage_WindowHoldsEverything_AnswersTheLastPageToo()
    {
        var runs = With(count: 3, complete: true);

        var page = runs.FindPage(new RunQuery { Limit = 10 }, FlowStats.None);

        Assert.NotNull(page);
        Assert.Equal(3, page.Rows.Length);
        Assert.False(page.HasMore);
        Assert.True(page.Rows.SequenceEqual(page.Rows.OrderByDescending(r => r.Id)));
    }

    [Fact]
    public void FindPage_OlderRunsCouldBelongToIt_LeavesItToTheStore()
    {
        var runs = With(count: 3, complete: false);

        Assert.Null(runs.FindPage(new RunQuery { Limit = 3 }, FlowStats.None));
        Assert.True(runs.FindPage(new RunQuery { Limit = 2 }, FlowStats.None)?.HasMore);
    }

    [Fact]
    public void Add_BeyondTheCapacity_KeepsTheNewestAndEveryRunningOne()
    {
        var runs = new RecentRuns(new FlowHistory(FlowStats.None, [], IsComplete: true, []), capacity: 5);
        var ids = Ids(30);

        runs.Add(Row(ids[0], RunStatus.Running));
        foreach (var id in ids[1..])
            runs.Add(Row(id, RunStatus.Succeeded));

        Assert.Equal(RunStatus.Running, runs.Find(ids[0])?.Status);
        Assert.Null(runs.Find(ids[1]));
        Assert.Equal(ids[^4..].Reverse(), runs.FindPage(new RunQuery { Limit = 4 }, FlowStats.None)?.Rows.Select(r => r.Id));
    }

    [Fact]
    public void FindPage_OfRunningOnes_HoldsThemHoweverOldTheyAre()
    {
        var ids = Ids(30);
        var runs = With(capacity: 5, [.. ids.Select((id, i) => Row(id, i is 3 or 7 or 29 ? RunStatus.Running : RunStatus.Succeeded))], out var ever);

        Assert.Equal([ids[29], ids[7], ids[3]], runs.FindPage(new RunQuery { Limit = 10, Statuses = [RunStatus.Running] }, ever)?.Rows.Select(r => r.Id));
        Assert.Equal([ids[3]], runs.FindPage(new RunQuery { Limit = 10, Statuses = [RunStatus.Running], Before = ids[7] }, ever)?.Rows.Select(r => r.Id));
        Assert.True(runs.FindPage(new RunQuery { Limit = 2, Statuses = [RunStatus.Running] }, ever)?.HasMore);
    }

    [Fact]
    public void FindPage_AsManyOfTheStatusAsThereEverWere_IsTheLastPage()
    {
        var ids = Ids(30);
        var runs = With(capacity: 5, [.. ids.Select((id, i) => Row(id, i is 29 ? RunStatus.Failed : RunStatus.Succeeded))], out var ever);
        var failed = new RunQuery { Limit = 10, Statuses = [RunStatus.Failed] };

        Assert.Equal([ids[29]], runs.FindPage(failed, ever)?.Rows.Select(r => r.Id));
        Assert.Equal([], runs.FindPage(failed with { Statuses = [RunStatus.Canceled] }, ever)?.Rows);
        Assert.Null(runs.FindPage(failed, ever.WithFinish(RunStatus.Failed, TimeSpan.Zero)));
        Assert.Null(runs.FindPage(failed with { Statuses = [RunStatus.Failed, RunStatus.Succeeded] }, ever));
    }

    [Fact]
    public void FindPage_AnyHistoryAndQuery_EqualsAFilterOfAllRunsOrIsLeftToTheStore()
    {
        ImmutableArray<RunStatus>[] filters = [[], [RunStatus.Failed], [RunStatus.Running], [RunStatus.Canceled], [RunStatus.Running, RunStatus.Canceled]];
        Gen.Select(Gen.Int[0, 40], Gen.Int[1, 10], Gen.Int[1, 12], Gen.Int[-1, 40], Gen.Int[0, filters.Length - 1]).Sample((count, capacity, limit, before, which) =>
        {
            var filter = filters[which];
            var ids = Ids(count);
            var all = ids.Select((id, i) => Row(id, i % 7 == 0 ? RunStatus.Running : i % 3 == 0 ? RunStatus.Failed : i > 30 && i % 4 == 0 ? RunStatus.Canceled : RunStatus.Succeeded)).ToArray();
            var runs = With(capacity, all, out var ever);
            var query = new RunQuery { Limit = limit, Before = before >= 0 && before < count ? ids[before] : null, Statuses = filter };

            var expected = all.Reverse().Where(query.Matches).ToArray();
            var page = runs.FindPage(query, ever);

            return page is null
                ? count >= 2 * capacity && filter is not [RunStatus.Running]
                : page.Rows.SequenceEqual(expected.Take(limit)) && page.HasMore == expected.Length > limit;
        });
    }

    static RecentRuns With(int capacity, RunSummary[] added, out FlowStats ever)
    {
        var runs = new RecentRuns(new FlowHistory(FlowStats.None, [], IsComplete: true, []), capacity);
        foreach (var row in added)
            runs.Add(row);
        ever = FlowStats.Of(added);
        return runs;
    }

    static RecentRuns With(int count, bool complete) =>
        new(new FlowHistory(FlowStats.None, [.. Ids(count).Reverse().Select(id => Row(id, RunStatus.Succeeded))], complete, []), capacity: 100);

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
