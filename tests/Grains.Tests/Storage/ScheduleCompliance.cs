using FlowRuns.Flows;
using FlowRuns.Schedules;
using FlowRuns.Storage;
using static FlowRuns.Grains.Tests.Storage.StoredRuns;
using static FlowRuns.Storage.RunWriteOutcome;

namespace FlowRuns.Grains.Tests.Storage;

public abstract class ScheduleCompliance(StoreFixture fixture) : RunStoreCompliance(fixture)
{
    [Fact]
    public async Task Start_WithProgress_CommitsRunOutcomesAndRowTogether()
    {
        var row = await PutAsync(NewFlow());
        var start = Start(row.Flow).Due(At(3)) with
        {
            Outcome = OccurrenceOutcome.CaughtUp,
            Progress = new ScheduleProgress(row with { HandledUntil = At(3), WakeTime = At(4), Waiting = At(2) }) { Outcomes = [Missed(At(1)), Missed(At(2))] },
        };

        Assert.Equal(Applied, (await Store.CommitAsync(start)).Outcome);

        Assert.Equal(
            [new Occurrence { DueTime = At(3), Outcome = OccurrenceOutcome.CaughtUp, RunId = start.Run }, Missed(At(2)), Missed(At(1))],
            await LedgerAsync(row.Flow));
        Assert.Equal(row with { HandledUntil = At(3), WakeTime = At(4), Waiting = At(2) }, await Store.FindScheduleAsync(row.Flow, default));
    }

    [Fact]
    public async Task Start_DueTimeHasAnOutcome_IsADuplicateAndStillMovesTheScheduleOn()
    {
        var row = await PutAsync(NewFlow());
        var first = Start(row.Flow).Due(At(1));
        await Store.CommitAllAsync(first, new ScheduleProgress(row with { HandledUntil = At(1) }) { Outcomes = [Missed(At(2))] });

        var results = await Another.CommitAsync(
            [
                Start(row.Flow).Due(At(1)),
                Start(row.Flow).Due(At(2)) with { Progress = new ScheduleProgress(row with { HandledUntil = At(2), WakeTime = At(5) }) { Outcomes = [Missed(At(1))] } },
            ],
            default);

        Assert.Equal([Duplicate, Duplicate], results.Select(result => result.Outcome));
        Assert.Equal([first.Run, null], results.Select(result => result.ExistingRun));
        Assert.Equal([OccurrenceOutcome.Missed, OccurrenceOutcome.Fired], (await LedgerAsync(row.Flow)).Select(occurrence => occurrence.Outcome));
        Assert.Equal(At(2), (await Store.FindScheduleAsync(row.Flow, default))!.HandledUntil);
        Assert.Single(await Store.ListIdsAsync(row.Flow));
    }

    [Fact]
    public async Task Start_SameDueTimeFromTwoStoresAtOnce_GivesOneRun()
    {
        for (var i = 0; i < 20; i++)
        {
            var row = await PutAsync(NewFlow());
            RunStart Claim() => Start(row.Flow).Due(At(1)) with { Progress = new ScheduleProgress(row with { HandledUntil = At(1) }) };

            var results = await Task.WhenAll(Store.CommitAsync(Claim()), Another.CommitAsync(Claim()), Store.CommitAsync(Claim()));

            Assert.Equal([Applied, Duplicate, Duplicate], results.Select(result => result.Outcome).Order());
            Assert.Single(await LedgerAsync(row.Flow));
            Assert.Single(await Store.ListIdsAsync(row.Flow));
        }
    }

    [Fact]
    public async Task Progress_OlderOrOfAnotherRevision_ChangesNoRow()
    {
        var row = await PutAsync(NewFlow());
        await Store.CommitAsync(new ScheduleProgress(row with { HandledUntil = At(5), WakeTime = At(6) }));
        await Store.CommitAllAsync(
            new ScheduleProgress(row with { HandledUntil = At(4), WakeTime = At(9) }),
            new ScheduleProgress(row with { Revision = 1, HandledUntil = At(7), WakeTime = At(9) }),
            new ScheduleProgress(row with { Flow = NewFlow(), HandledUntil = At(7) }));

        Assert.Equal(row with { HandledUntil = At(5), WakeTime = At(6) }, await Store.FindScheduleAsync(row.Flow, default));
    }

    [Fact]
    public async Task Progress_SeveralInABatch_TakesTheLast()
    {
        var row = await PutAsync(NewFlow());

        await Store.CommitAllAsync([.. Enumerable.Range(1, 3).Select(i => new ScheduleProgress(row with { HandledUntil = At(i), WakeTime = At(i + 1) }) { Outcomes = [Missed(At(i))] })]);

        Assert.Equal(row with { HandledUntil = At(3), WakeTime = At(4) }, await Store.FindScheduleAsync(row.Flow, default));
        Assert.Equal(3, (await LedgerAsync(row.Flow)).Length);
    }

    [Fact]
    public async Task PutAndDelete_OfAnEarlierRevision_ChangeNothing()
    {
        var row = await PutAsync(NewFlow());
        await Store.PutScheduleAsync(row with { Revision = 1, HandledUntil = At(9) }, default);
        await Store.DeleteScheduleAsync(row.Flow, 1, default);
        Assert.Equal(row, await Store.FindScheduleAsync(row.Flow, default));

        await Store.PutScheduleAsync(row with { Revision = 3, HandledUntil = At(-1), WakeTime = null }, default);
        Assert.Equal(row with { Revision = 3, WakeTime = null }, await Store.FindScheduleAsync(row.Flow, default));

        await Store.DeleteScheduleAsync(row.Flow, 3, default);
        Assert.Null(await Store.FindScheduleAsync(row.Flow, default));
    }

    [Fact]
    public async Task ListAlarms_PageByPage_ShowsEachOfTheShardOnceEarliestFirst()
    {
        const int Shard = 7;
        var flows = Enumerable.Range(0, 100_000).Select(_ => NewFlow()).Where(flow => IScheduleShardGrain.Of(flow) == Shard).Take(40).ToList();
        var year = Noon.AddYears(-40);
        foreach (var (flow, i) in flows.Select((flow, i) => (flow, i)))
            await Store.PutScheduleAsync(new ScheduleRow(flow, 1, year, i == 5 ? null : year.AddMilliseconds(i % 4)), default);

        var seen = new List<Alarm>();
        for (Alarm? last = null; await Store.ListAlarmsAsync(Shard, year.AddMilliseconds(3), last, 7, default) is { IsEmpty: false } page; last = page[^1])
            seen.AddRange(page);

        var expected = flows.Select((flow, i) => (flow, i)).Where(alarm => alarm.i != 5 && alarm.i % 4 < 3).Select(alarm => new Alarm(alarm.flow, year.AddMilliseconds(alarm.i % 4)));
        Assert.Equal(expected.ToHashSet(), seen.ToHashSet());
        Assert.Equal(seen.Count, seen.Distinct().Count());
        Assert.Equal(seen.Select(alarm => alarm.Time).Order(), seen.Select(alarm => alarm.Time));
        foreach (var flow in flows)
            await Store.DeleteScheduleAsync(flow, 1, default);
    }

    [Fact]
    public async Task ListOccurrences_FiltersAndPages_ShowEachOnceNewestFirst()
    {
        var row = await PutAsync(NewFlow());
        var fired = Enumerable.Range(0, 5).Select(i => Start(row.Flow).Due(At(10 + i))).ToList();
        var range = new Occurrence { DueTime = At(1), Outcome = OccurrenceOutcome.Missed, Reason = MissedReason.Paused, Until = At(8), Count = 8 };
        await Store.CommitAllAsync([.. fired, new ScheduleProgress(row) { Outcomes = [range, .. Enumerable.Range(20, 5).Select(i => Missed(At(i)))] }]);

        var all = await LedgerAsync(row.Flow);
        var paged = new List<Occurrence>();
        for (DateTimeOffset? before = null; ;)
        {
            var page = await Store.ListOccurrencesAsync(row.Flow, new OccurrenceQuery { Limit = 3, Before = before, Outcomes = [OccurrenceOutcome.Missed, OccurrenceOutcome.Fired] }, default);
            paged.AddRange(page.Rows);
            if (!page.HasMore)
                break;
            before = page.Rows[^1].DueTime;
        }

        Assert.Equal(11, all.Length);
        Assert.Equal(all.OrderByDescending(occurrence => occurrence.DueTime), all);
        Assert.Equal(all, paged);
        Assert.Equal(range, all[^1]);
        Assert.Equal(all.Where(occurrence => occurrence.Outcome == OccurrenceOutcome.Fired), await LedgerAsync(row.Flow, query => query with { Outcomes = [OccurrenceOutcome.Fired] }));
        Assert.Equal([At(12), At(11)], (await LedgerAsync(row.Flow, query => query with { From = At(10).AddTicks(1), To = At(12).AddTicks(1) })).Select(occurrence => occurrence.DueTime));
        Assert.Empty(await LedgerAsync(NewFlow()));
    }

    static DateTimeOffset At(int minutes) => Noon.AddMinutes(minutes);

    static Occurrence Missed(DateTimeOffset due) => new() { DueTime = due, Outcome = OccurrenceOutcome.Missed, Reason = MissedReason.OutsideWindow };

    async Task<ScheduleRow> PutAsync(FlowId flow)
    {
        var row = new ScheduleRow(flow, 2, Noon, Noon.AddMinutes(1));
        await Store.PutScheduleAsync(row, default);
        return row;
    }

    async Task<Occurrence[]> LedgerAsync(FlowId flow, Func<OccurrenceQuery, OccurrenceQuery>? narrow = null)
    {
        var query = new OccurrenceQuery { Limit = 100 };
        return [.. (await Store.ListOccurrencesAsync(flow, narrow?.Invoke(query) ?? query, default)).Rows];
    }
}
