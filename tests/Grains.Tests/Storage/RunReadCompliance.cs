using System.Collections.Immutable;
using CsCheck;
using FlowRuns.Flows;
using FlowRuns.Json;
using FlowRuns.Projects;
using FlowRuns.Runs;
using FlowRuns.Steps;
using FlowRuns.Storage;
using FlowRuns.Triggers;
using static FlowRuns.Grains.Tests.Storage.StoredRuns;

namespace FlowRuns.Grains.Tests.Storage;

public abstract class RunReadCompliance(StoreFixture fixture) : RunStoreCompliance(fixture)
{
    // Few milliseconds, so that runs share one and bounds fall on, between and beside them. Half of them belong to the next week.
    static readonly DateTimeOffset Sunday = new(2026, 4, 26, 23, 59, 59, 990, TimeSpan.Zero);
    static readonly Gen<DateTimeOffset> Times = Gen.Int[0, 40].Select(half => Sunday.AddMilliseconds(half / 2.0));

    static readonly Gen<RunWrite[]> Runs = Gen.Select(
        Gen.Int[0, 20],
        Gen.Enum<TriggerType>(),
        Gen.Enum<RunStatus>(),
        (millisecond, trigger, status) => (millisecond, trigger, status)).Array[0, 40].Select(runs => runs.SelectMany(run =>
        {
            var start = Start(default, Sunday.AddMilliseconds(run.millisecond)) with { Trigger = new Trigger { Type = run.trigger, Output = JsonOf("{}") } };
            return run.status == RunStatus.Running ? new RunWrite[] { start } : [start, start.Finish(run.status)];
        }).ToArray());

    static readonly Gen<RunQuery> Queries = Gen.Select(
        Gen.Int[1, 12],
        Gen.Enum<RunStatus>().Array[0, 4],
        Gen.Enum<TriggerType>().Nullable(),
        Times.Nullable(),
        Times.Nullable(),
        (limit, statuses, trigger, after, before) => new RunQuery
        {
            Limit = limit,
            Statuses = [.. statuses],
            TriggerType = trigger,
            StartedAfter = after,
            StartedBefore = before,
        });

    [Fact]
    public async Task Read_AnIdOfATimeBeyondAllCalendars_FindsNothingThereAndAllBelow()
    {
        var (flow, last) = (NewFlow(), RunId.Parse("run_7zzzzzzzzzzzzzzzzzzzzzzzzz", null));
        var start = Start(flow);
        await Store.CommitAsync(start);

        Assert.Null(await Store.FindRunAsync(flow, last, default));
        Assert.Equal(start.Run, Assert.Single((await Store.ListRunsAsync(flow, new RunQuery { Limit = 10, Before = last }, running: null, default)).Rows).Id);
    }

    [Fact]
    public Task List_AnyFiltersAndLimits_PagesShowWhatMatches() => Check.SampleAsync(
        Gen.Select(Runs, Queries.Array[1, 5]),
        async (writes, queries) =>
        {
            var flow = NewFlow();
            await Store.CommitAsync([.. writes.Select(write => Of(flow, write))], default);
            var history = await Store.LoadHistoryAsync(flow, 1000, default);
            RunSummary[] all = [.. history.Newest, .. history.Running];
            Assert.Equal(writes.OfType<RunStart>().Count(), all.Length);

            foreach (var query in queries)
            {
                var expected = all.Where(query.Matches).OrderByDescending(run => run.Id).ToList();
                Assert.Equal(expected, await ReadPagesAsync(flow, query, running: null));
                Assert.Equal(expected, await ReadPagesAsync(flow, query, history.Running));
            }
        },
        iter: 150,
        threads: 1);

    [Fact]
    public async Task List_ARunThatEndedSinceItWasKnownToRun_ShowsItOnceAndEnded()
    {
        var flow = NewFlow();
        var starts = Enumerable.Range(0, 3).Select(i => Start(flow, Noon.AddSeconds(i))).ToList();
        await Store.CommitAllAsync([.. starts]);
        var known = (await Store.LoadHistoryAsync(flow, 1, default)).Running;
        await Store.CommitAsync(starts[1].Finish());

        var page = await Store.ListRunsAsync(flow, new RunQuery { Limit = 3 }, known, default);

        Assert.Equal([(starts[2].Run, RunStatus.Running), (starts[1].Run, RunStatus.Succeeded), (starts[0].Run, RunStatus.Running)], page.Rows.Select(run => (run.Id, run.Status)));
        Assert.False(page.HasMore);
    }

    [Fact]
    public async Task List_WhileRunsAreAddedAndRemoved_ShowsEachOldRunOnce()
    {
        var flow = NewFlow();
        var old = Enumerable.Range(0, 25).Select(i => Start(flow, Noon.AddSeconds(i))).ToList();
        await Store.CommitAllAsync([.. old, .. old.Select(start => start.Finish())]);

        var seen = new List<RunId>();
        var query = new RunQuery { Limit = 4 };
        for (var page = await Store.ListRunsAsync(flow, query, running: null, default); ; page = await Store.ListRunsAsync(flow, query, running: null, default))
        {
            seen.AddRange(page.Rows.Select(run => run.Id));
            if (!page.HasMore)
                break;
            query = query with { Before = page.Rows[^1].Id };

            // The cursor's own run goes, and others come in front.
            await Store.CommitAllAsync(new RunDelete(page.Rows[^1].Id, flow), Start(flow, Noon.AddMinutes(1)));
        }

        Assert.Equal(old.Select(start => start.Run).Reverse(), seen);
    }

    [Fact]
    public async Task List_TimesAtTheEdgesOfTheCalendar_Answer()
    {
        var start = Start(NewFlow());
        await Store.CommitAsync(start);
        var query = new RunQuery { Limit = 10, StartedAfter = DateTimeOffset.MinValue, StartedBefore = DateTimeOffset.MaxValue };

        Assert.Single((await Store.ListRunsAsync(start.Flow, query, running: null, default)).Rows);
    }

    [Fact]
    public async Task Find_FinishedRun_IsWhatWasWritten()
    {
        var start = Start(NewFlow()).Keyed("k") with { FlowVersion = 7 };
        var finish = start.Finish(RunStatus.Failed) with { Steps = [Step("Manual Trigger"), Step("Send", StepStatus.Failed), new StepResult { Name = "Log", Status = StepStatus.Skipped }] };
        await Store.CommitAllAsync(start, start.Checkpoint(0, Step("gone")), finish);

        var detail = await Store.FindRunAsync(start.Flow, start.Run, default);

        var expected = new RunSummary
        {
            Id = start.Run,
            FlowId = start.Flow,
            Status = RunStatus.Failed,
            TriggerType = TriggerType.Manual,
            FinishTime = finish.FinishTime,
            StepsCount = 3,
            StepsSucceeded = 2,
            Error = new RunError("Send", "refused"),
        };
        Assert.Equal(expected, detail!.Summary);
        Assert.Equal([expected], (await Store.ListRunsAsync(start.Flow, new RunQuery { Limit = 1 }, running: null, default)).Rows);
        Assert.Equal(7, detail.FlowVersion);
        Assert.Equal("k", detail.IdempotencyKey);
        Assert.Equal(start.Trigger.Output.ToString(), detail.Trigger.Output.ToString());
        Assert.Equal(StoredSteps.Write(finish.Steps), StoredSteps.Write(detail.Steps));
    }

    [Fact]
    public async Task Find_RunningRun_HasItsDurableSteps()
    {
        var start = Start(NewFlow()).Due(Noon.AddSeconds(-3)) with { TraceParent = "00-trace-01" };
        await Store.CommitAllAsync(start, start.Checkpoint(0, Step("a")), start.Checkpoint(1, Step("b")) with { AttemptsBegun = 1 });

        var detail = await Store.FindRunAsync(start.Flow, start.Run, default);
        var progress = await Store.FindProgressAsync(start.Run, default);

        Assert.Equal(["a", "b"], detail!.Steps.Select(step => step.Name));
        Assert.Null(detail.Summary.Duration);
        Assert.Equal(Noon.AddSeconds(-3), detail.Trigger.DueTime);
        Assert.Equal((start.Flow, ProjectId.Default, 1, 1, "silo-a"), (progress!.Flow, progress.Project, progress.FlowVersion, progress.Attempt, progress.Owner));
        Assert.Equal((Noon.AddSeconds(-3), "00-trace-01", 1), (progress.Trigger.DueTime, progress.TraceParent, progress.AttemptsBegun));
        Assert.Equal(StoredSteps.Write([Step("a"), Step("b")]), StoredSteps.Write(progress.Done));
    }

    [Fact]
    public async Task Find_FinishedUnknownOrAnotherFlowsRun_IsNull()
    {
        var start = Start(NewFlow());
        await Store.CommitAllAsync(start, start.Finish());

        Assert.Null(await Store.FindRunAsync(NewFlow(), start.Run, default));
        Assert.Null(await Store.FindRunAsync(start.Flow, NewRun(), default));
        Assert.Null(await Store.FindProgressAsync(start.Run, default));
        Assert.Null(await Store.FindProgressAsync(NewRun(), default));
    }

    [Fact]
    public async Task History_OlderRunStillRunning_IsThereBesideTheNewest()
    {
        var flow = NewFlow();
        var old = Start(flow);
        var others = Enumerable.Range(1, 5).Select(i => Start(flow, Noon.AddSeconds(i))).ToList();
        await Store.CommitAllAsync([old, .. others, .. others.Skip(1).Select(start => start.Finish())]);

        var history = await Store.LoadHistoryAsync(flow, 3, default);

        Assert.Equal(others.Skip(2).Select(start => start.Run).Reverse(), history.Newest.Select(run => run.Id));
        Assert.Equal([others[0].Run, old.Run], history.Running.Select(run => run.Id));
        Assert.Equal(Noon.AddSeconds(5), history.Stats.LastRun);
        Assert.Equal(2, history.Stats.Running);
    }

    [Fact]
    public async Task History_RareStatus_HasItsNewestRunsHoweverOldTheyAre()
    {
        var flow = NewFlow();
        var runs = Enumerable.Range(0, 30).Select(i => (Start: Start(flow, Noon.AddDays(i)), Status: i switch { < 3 => RunStatus.Failed, 5 => RunStatus.Canceled, _ => RunStatus.Succeeded })).ToList();
        await Store.CommitAllAsync([.. runs.Select(run => run.Start), .. runs.Select(run => run.Start.Finish(run.Status))]);

        var history = await Store.LoadHistoryAsync(flow, 2, default);

        Assert.Equal([29, 28, 5, 2, 1], history.Newest.Select(row => runs.FindIndex(run => run.Start.Run == row.Id)));
        Assert.Equal([.. history.Newest.Select(row => runs.Single(run => run.Start.Run == row.Id).Status)], history.Newest.Select(row => row.Status));
    }

    [Fact]
    public async Task History_UnknownFlow_IsEmpty()
    {
        var history = await Store.LoadHistoryAsync(NewFlow(), 10, default);

        Assert.Equal(FlowStats.None, history.Stats);
        Assert.Empty(history.Newest);
        Assert.Empty(history.Running);
        Assert.Equal(FlowStats.None, await Store.RecountAsync(NewFlow(), default));
    }

    [Theory]
    [InlineData(@"{""body"":""a\u0000b""}")]
    [InlineData("""{"body":"🦊 ü \" \\ ' ; -- $1 @x"}""")]
    [InlineData("""{"body":12345678901234567890.10}""")]
    [InlineData("""{ "b": 1, "a": 2, "b": 3 }""")]
    [InlineData("null")]
    public async Task Data_OfAnyKind_ComesBackAsItWas(string text)
    {
        var start = Start(NewFlow());
        start = start with { Trigger = start.Trigger with { Output = JsonOf(text) } };
        var step = Step("Query") with { Input = JsonOf(text), Output = JsonOf(text), Error = "nul \0 and fox 🦊" };
        await Store.CommitAllAsync(start, start.Checkpoint(0, step));

        var progress = await Store.FindProgressAsync(start.Run, default);
        await Store.CommitAllAsync(start.Finish() with { Steps = [step] });
        var detail = await Store.FindRunAsync(start.Flow, start.Run, default);

        Assert.Equal(text, progress!.Trigger.Output.ToString());
        Assert.Equal(text, detail!.Trigger.Output.ToString());
        foreach (var read in new[] { progress.Done.Single(), detail.Steps.Single() })
        {
            Assert.Equal("nul \0 and fox 🦊", read.Error);
            Assert.Equal(Compact(text), Compact(read.Output.GetValueOrDefault().ToString()));
            Assert.Equal(Compact(text), Compact(read.Input.GetValueOrDefault().ToString()));
        }
    }

    [Fact]
    public async Task Data_NestedDeeply_ComesBackAsItWas()
    {
        var depth = JsonData.MaxDepth - 4;
        var text = new string('[', depth) + new string(']', depth);
        var start = Start(NewFlow());
        start = start with { Trigger = start.Trigger with { Output = JsonOf(text) } };
        var step = Step("Query") with { Output = JsonOf(text) };
        await Store.CommitAllAsync(start, start.Checkpoint(0, step), start.Finish() with { Steps = [step] });

        var detail = await Store.FindRunAsync(start.Flow, start.Run, default);

        Assert.Equal(text, detail!.Trigger.Output.ToString());
        Assert.Equal(text, detail.Steps.Single().Output.ToString());
    }

    [Fact]
    public async Task Data_ManyStepsAndAMegabyte_ComeBackAsTheyWere()
    {
        var steps = Enumerable.Range(0, 5000).Select(i => Step($"Step {i}") with { Output = JsonOf($$"""{"n":{{i}},"text":"{{new string('x', 200)}}"}""") }).ToArray();
        var start = Start(NewFlow());
        await Store.CommitAllAsync(start, start.Checkpoint(0, steps), start.Finish() with { Steps = [.. steps] });

        var detail = await Store.FindRunAsync(start.Flow, start.Run, default);

        Assert.Equal(StoredSteps.Write([.. steps]), StoredSteps.Write(detail!.Steps));
    }

    [Fact]
    public async Task Error_WithWhatIsNoText_IsListed()
    {
        var start = Start(NewFlow());
        await Store.CommitAllAsync(start, start.Finish(RunStatus.Failed) with { Error = new RunError("Send\0", "before\0after 🦊, then half of one: \ud83e") });

        var error = (await Store.ListRunsAsync(start.Flow, new RunQuery { Limit = 1 }, running: null, default)).Rows.Single().Error;

        Assert.Equal(new RunError("Send\uFFFD", "before\uFFFDafter 🦊, then half of one: \uFFFD"), error);
    }

    static RunWrite Of(FlowId flow, RunWrite write) => write switch
    {
        RunStart start => start with { Flow = flow },
        RunFinish finish => finish with { Flow = flow },
        _ => write,
    };

    static string Compact(string json) => JsonData.Of(JsonOf(json).ToElement()).ToString();

    async Task<List<RunSummary>> ReadPagesAsync(FlowId flow, RunQuery query, ImmutableArray<RunSummary>? running)
    {
        var rows = new List<RunSummary>();
        while (true)
        {
            var page = await Store.ListRunsAsync(flow, query, running, default);
            rows.AddRange(page.Rows);
            Assert.True(page.HasMore ? page.Rows.Length == query.Limit : page.Rows.Length <= query.Limit);
            if (!page.HasMore)
                return rows;
            query = query with { Before = page.Rows[^1].Id };
        }
    }
}
