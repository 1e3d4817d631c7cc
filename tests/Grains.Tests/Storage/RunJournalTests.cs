using FlowRuns.Flows;
using FlowRuns.Json;
using FlowRuns.Runs;
using FlowRuns.Schedules;
using FlowRuns.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using static FlowRuns.Grains.Tests.Storage.StoredRuns;
using static FlowRuns.Storage.RunWriteOutcome;

namespace FlowRuns.Grains.Tests.Storage;

public sealed class RunJournalTests(SqliteStoreFixture fixture) : IClassFixture<SqliteStoreFixture>, IAsyncLifetime
{
    FlakyStore _store = null!;

    public async ValueTask InitializeAsync()
    {
        await fixture.ReadyAsync();
        _store = new FlakyStore(fixture.Store);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    readonly FakeTimeProvider _time = new(Noon);

    [Fact]
    public async Task Write_WhileACommitIsUnderWay_IsCommittedWithAllThatWait()
    {
        var journal = await StartAsync();
        var flow = NewFlow();
        var (first, release) = await HoldFirstCommitAsync(journal, flow);

        var writes = Enumerable.Range(0, 300).Select(_ => journal.WriteAsync(Start(flow), default)).ToList();
        Assert.Equal(300, journal.Depth);
        release.SetResult();
        var results = await Task.WhenAll([first, .. writes]);

        Assert.All(results, result => Assert.Equal(Applied, result.Outcome));
        Assert.Equal([1, 200, 100], _store.BatchSizes);
        Assert.Equal(301, (await _store.LoadStatsAsync(flow)).TotalRuns);
        Assert.Equal((false, Noon), (journal.IsFailing, journal.LastCommit));
        await journal.StopAsync(default);
    }

    [Fact]
    public async Task Write_MuchData_IsCommittedInSmallerBatches()
    {
        var journal = await StartAsync(options => options.MaxBatchBytes = 100);
        var flow = NewFlow();
        var (first, release) = await HoldFirstCommitAsync(journal, flow);

        var wide = Start(flow) with { Trigger = Start(flow).Trigger with { Output = new JsonData("\"0123456789012345678901234567890123456789012345678901234567890123456789\""u8.ToArray()) } };
        RunWrite[] writes = [.. Enumerable.Range(0, 5).Select(_ => wide with { Run = NewRun(Noon) })];
        var answers = writes.Select(write => journal.WriteAsync(write, default)).ToList();
        release.SetResult();
        await Task.WhenAll([first, .. answers]);

        Assert.Equal([1, 2, 2, 1], _store.BatchSizes);
        await journal.StopAsync(default);
    }

    [Fact]
    public async Task Write_ManyDueTimes_AreCommittedInSmallerBatches()
    {
        var journal = await StartAsync(options => options.MaxBatchBytes = 100_000);
        var (first, release) = await HoldFirstCommitAsync(journal, NewFlow());

        var writes = Enumerable.Range(0, 4).Select(_ => new ScheduleProgress(new ScheduleRow(NewFlow(), 1, Noon, null, null))
        {
            Outcomes = [.. Enumerable.Range(0, 200).Select(i => new Occurrence { DueTime = Noon.AddSeconds(i), Outcome = OccurrenceOutcome.Coalesced })],
        });
        var answers = writes.Select(write => journal.WriteAsync(write, default)).ToList();
        release.SetResult();
        await Task.WhenAll([first, .. answers]);

        Assert.Equal([1, 2, 2], _store.BatchSizes);
        await journal.StopAsync(default);
    }

    [Fact]
    public async Task Write_SeveralForOneRun_AreAppliedInOrder()
    {
        var journal = await StartAsync(options => options.MaxBatch = 2);
        var start = Start(NewFlow());
        RunWrite[] writes = [start, start.Checkpoint(0, Step("a")), start.Checkpoint(1, Step("b")), start.Finish(), start.Delete()];

        var results = await Task.WhenAll(writes.Select(write => journal.WriteAsync(write, default)));

        Assert.All(results, result => Assert.Equal(Applied, result.Outcome));
        await journal.StopAsync(default);
    }

    [Fact]
    public async Task Write_QueueIsFull_IsRefusedAndTheOthersAreNot()
    {
        var journal = await StartAsync(options => options.Capacity = 3);
        var flow = NewFlow();
        var (first, release) = await HoldFirstCommitAsync(journal, flow);

        var accepted = Enumerable.Range(0, 3).Select(_ => journal.WriteAsync(Start(flow), default)).ToList();
        Assert.True(journal.IsFull);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => journal.WriteAsync(Start(flow), default));
        release.SetResult();
        await Task.WhenAll([first, .. accepted]);

        Assert.False(journal.IsFull);
        Assert.Equal(4, (await _store.LoadStatsAsync(flow)).TotalRuns);
        await journal.StopAsync(default);
    }

    [Fact]
    public async Task Write_CommitFails_FailsItsBatchOnlyAndHeals()
    {
        var journal = await StartAsync(options => options.MaxBatch = 2);
        var flow = NewFlow();
        var (first, release) = await HoldFirstCommitAsync(journal, flow);
        var writes = Enumerable.Range(0, 4).Select(_ => journal.WriteAsync(Start(flow), default)).ToList();
        var commits = 0;
        _store.BeforeCommit = () => ++commits == 1 ? throw new StoreUnavailableException("away") : Task.CompletedTask;

        release.SetResult();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => writes[0]);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => writes[1]);
        var results = await Task.WhenAll(first, writes[2], writes[3]);

        Assert.All(results, result => Assert.Equal(Applied, result.Outcome));
        Assert.False(journal.IsFailing);
        Assert.Equal(3, (await _store.LoadStatsAsync(flow)).TotalRuns);
        await journal.StopAsync(default);
    }

    [Fact]
    public async Task Write_AnswerOfTheCommitIsLost_RepeatFindsItDone()
    {
        var journal = await StartAsync();
        var start = Start(NewFlow());
        _store.AfterCommit = () => throw new StoreUnavailableException("connection lost");

        await Assert.ThrowsAsync<StoreUnavailableException>(() => journal.WriteAsync(start, default));
        Assert.True(journal.IsFailing);
        _store.AfterCommit = () => Task.CompletedTask;

        Assert.Equal(Repeated, (await journal.WriteAsync(start, default)).Outcome);
        Assert.Equal(1, (await _store.LoadStatsAsync(start.Flow)).TotalRuns);
        Assert.False(journal.IsFailing);
        await journal.StopAsync(default);
    }

    [Fact]
    public async Task Write_OneThatTheStoreRefuses_FailsAlone()
    {
        var journal = await StartAsync();
        var flow = NewFlow();
        var (first, release) = await HoldFirstCommitAsync(journal, flow);
        var (good, bad) = (Start(flow), Start(flow));

        var writes = new RunWrite[] { good, bad, bad.Finish(RunStatus.Running), good.Finish() }.Select(write => journal.WriteAsync(write, default)).ToList();
        release.SetResult();

        await Assert.ThrowsAsync<ArgumentException>(() => writes[2]);
        foreach (var write in new[] { first, writes[0], writes[1], writes[3] })
            Assert.Equal(Applied, (await write).Outcome);
        Assert.False(journal.IsFailing);
        await journal.StopAsync(default);
    }

    [Fact]
    public async Task Write_DatabaseHangs_IsGivenUpInTimeAndNotWrittenLater()
    {
        var journal = await StartAsync();
        var flow = NewFlow();
        var (hanging, release) = await HoldFirstCommitAsync(journal, flow);
        var waiting = journal.WriteAsync(Start(flow), default);

        _time.Advance(TimeSpan.FromSeconds(2));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => hanging);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => waiting);
        release.SetResult();
        await journal.StopAsync(default);

        Assert.Equal([1], _store.BatchSizes);
    }

    [Fact]
    public async Task Write_CallerBlocksAfterItsAnswer_HoldsNobodyElseUp()
    {
        var journal = await StartAsync();
        var blocked = new TaskCompletionSource();
        var caller = journal.WriteAsync(Start(NewFlow()), default).ContinueWith(
            _ => blocked.Task.Wait(TimeSpan.FromSeconds(30)),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);

        var other = await journal.WriteAsync(Start(NewFlow()), default).WaitAsync(TimeSpan.FromSeconds(10));

        Assert.Equal(Applied, other.Outcome);
        blocked.SetResult();
        Assert.True(await caller);
        await journal.StopAsync(default);
    }

    [Fact]
    public async Task Stop_WritesAreWaiting_CommitsThemAndRefusesNewOnes()
    {
        var journal = await StartAsync();
        var flow = NewFlow();
        var (first, release) = await HoldFirstCommitAsync(journal, flow);
        var writes = Enumerable.Range(0, 9).Select(_ => journal.WriteAsync(Start(flow), default)).ToList();

        var stopping = journal.StopAsync(default);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => journal.WriteAsync(Start(flow), default));
        release.SetResult();
        await stopping;

        Assert.All(await Task.WhenAll([first, .. writes]), result => Assert.Equal(Applied, result.Outcome));
        Assert.Equal(10, (await _store.LoadStatsAsync(flow)).TotalRuns);
    }

    [Fact]
    public void Options_OutOfRange_NameKeyValueAndRange()
    {
        var options = new RunJournalOptions { Capacity = 0, MaxBatch = 5001, CommitTimeout = TimeSpan.Zero };

        var result = new OptionsFromSection<RunJournalOptions>(RunJournalOptions.Section).Validate(null, options);

        Assert.Equal(
            [
                "FlowRuns:Journal:Capacity is 0; it must be 1 to 1000000.",
                "FlowRuns:Journal:MaxBatch is 5001; it must be 1 to 5000.",
                "FlowRuns:Journal:CommitTimeout is 00:00:00; it must be 00:00:00.1000000 to 00:01:00.",
            ],
            result.Failures);
        Assert.True(new OptionsFromSection<RunJournalOptions>(RunJournalOptions.Section).Validate(null, new RunJournalOptions()).Succeeded);
    }

    async Task<RunJournal> StartAsync(Action<RunJournalOptions>? configure = null)
    {
        var options = new RunJournalOptions();
        configure?.Invoke(options);
        var journal = new RunJournal(_store, Options.Create(options), _time, NullLogger<RunJournal>.Instance);
        await journal.StartAsync(default);
        return journal;
    }

    /// <summary>Commits a first write and holds that commit up, so that whatever is written next waits in the queue.</summary>
    async Task<(Task<RunWriteResult> First, TaskCompletionSource Release)> HoldFirstCommitAsync(RunJournal journal, FlowId flow)
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _store.BeforeCommit = () =>
        {
            begun.TrySetResult();
            return release.Task;
        };
        var first = journal.WriteAsync(Start(flow), default);
        await begun.Task;
        return (first, release);
    }
}
