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

        var page = runs.FindPage(new RunQuery { Limit = 10 });

        Assert.NotNull(page);
        Assert.Equal(3, page.Rows.Length);
        Assert.False(page.HasMore);
        Assert.True(page.Rows.SequenceEqual(page.Rows.OrderByDescending(r => r.Id)));
    }

    [Fact]
    public void FindPage_OlderRunsCouldBelongToIt_LeavesItToTheStore()
    {
        var runs = With(count: 3, complete: false);

        Assert.Null(runs.FindPage(new RunQuery { Limit = 3 }));
        Assert.True(runs.FindPage(new RunQuery { Limit = 2 })?.HasMore);
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
        Assert.Equal(ids[^4..].Reverse(), runs.FindPage(new RunQuery { Limit = 4 })?.Rows.Select(r => r.Id));
    }

    [Fact]
    public void FindPage_AnyHistoryAndQuery_EqualsAFilterOfAllRunsOrIsLeftToTheStore()
    {
        Gen.Select(Gen.Int[0, 40], Gen.Int[1, 10], Gen.Int[1, 12], Gen.Int[-1, 40], Gen.Bool).Sample((count, capacity, limit, before, failedOnly) =>
        {
            var ids = Ids(count);
            var all = ids.Select((id, i) => Row(id, i % 3 == 0 ? RunStatus.Failed : RunStatus.Succeeded)).ToArray();
            var runs = new RecentRuns(new FlowHistory(FlowStats.None, [], IsComplete: true, []), capacity);
            foreach (var row in all)
                runs.Add(row);
            var query = new RunQuery
            {
                Limit = limit,
                Before = before >= 0 && before < count ? ids[before] : null,
                Statuses = failedOnly ? [RunStatus.Failed] : [],
            };

            var expected = all.Reverse().Where(query.Matches).ToArray();
            var page = runs.FindPage(query);

            return page is null
                ? count >= 2 * capacity
                : page.Rows.SequenceEqual(expected.Take(limit)) && page.HasMore == expected.Length > limit;
        });
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
        TriggerType = FlowRuns.Triggers.TriggerType.Manual,
        StepsCount = 1,
        StepsSucceeded = 1,
    };
}
