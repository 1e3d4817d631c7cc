using System.Collections.Immutable;
using System.Diagnostics;
using System.Threading.Channels;
using FlowRuns.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FlowRuns.Storage;

/// <summary>A silo's group commit: whatever waits is committed in one transaction, and answered once that is durable.</summary>
/// <remarks>Writes are committed in the order in which they came. Register it before the silo, so that it stops after it.</remarks>
sealed partial class RunJournal(IRunStore store, IOptions<RunJournalOptions> options, TimeProvider time, ILogger<RunJournal> logger) : IHostedService
{
    const int MaxTurns = 4;

    readonly RunJournalOptions _options = options.Value;
    readonly Channel<PendingWrite> _queue = Channel.CreateBounded<PendingWrite>(new BoundedChannelOptions(options.Value.Capacity) { SingleReader = true });
    Task _loop = Task.CompletedTask;

    /// <summary>How many writes wait.</summary>
    public int Depth => _queue.Reader.Count;

    public int Capacity => _options.Capacity;

    /// <summary>How long a commit may take until its writes count as not answered.</summary>
    public TimeSpan CommitTimeout => _options.CommitTimeout;

    public bool IsFull => Depth >= Capacity;

    /// <summary>Whether the newest commit failed because the database was away.</summary>
    public bool IsFailing { get; private set; }

    /// <summary>When a commit last succeeded; null when none has yet.</summary>
    public DateTimeOffset? LastCommit { get; private set; }

    /// <summary>Returns once the write is durable, with what it did.</summary>
    /// <exception cref="StoreUnavailableException">The journal is full or stopping, or the database did not commit in time. Whether it was written is then unknown; a repeat is safe.</exception>
    public async Task<RunWriteResult> WriteAsync(JournalWrite write, CancellationToken cancellationToken)
    {
        var pending = new PendingWrite(write, time.GetTimestamp());
        if (!_queue.Writer.TryWrite(pending))
        {
            if (!IsFull)
                throw new StoreUnavailableException("The journal is stopping.") { IsUntried = true };
            FlowRunsInstruments.OnJournalFull();
            throw new StoreUnavailableException($"{Capacity} writes are waiting for the database already.") { IsUntried = true };
        }

        try
        {
            return await pending.Answer.WaitAsync(_options.CommitTimeout, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException timeout)
        {
            throw new StoreUnavailableException($"The database did not commit within {_options.CommitTimeout.TotalSeconds} s.", timeout) { IsUntried = pending.TryClaim() };
        }
        finally
        {
            pending.TryClaim();
        }
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        FlowRunsInstruments.OnJournalOpened(this);
        _loop = CommitWhatComesAsync();
        return Task.CompletedTask;
    }

    /// <summary>Refuses new writes and commits those that wait.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        _queue.Writer.TryComplete();
        return _loop.WaitAsync(cancellationToken);
    }

    async Task CommitWhatComesAsync()
    {
        List<PendingWrite> batch = [];
        while (await _queue.Reader.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false))
        {
            // Where more is queued than the processors can take up, that goes first, and what it writes comes along: the busier the machine, the fewer commits.
            for (var turn = 0; turn < MaxTurns && ThreadPool.PendingWorkItemCount > Environment.ProcessorCount; turn++)
                await Task.Yield();

            var size = 0L;
            while (batch.Count < _options.MaxBatch && size < _options.MaxBatchBytes && _queue.Reader.TryRead(out var pending))
            {
                if (time.GetElapsedTime(pending.Since) >= _options.CommitTimeout || !pending.TryClaim())
                    continue;
                batch.Add(pending);
                size += pending.Write.Size;
            }

            if (batch.Count > 0)
                await CommitAsync([.. batch]).ConfigureAwait(false);
            batch.Clear();
        }
    }

    async Task CommitAsync(PendingWrite[] batch)
    {
        using var activity = FlowRunsActivities.Commit(batch.Length);
        var since = Stopwatch.GetTimestamp();
        var committed = false;
        try
        {
            using var timeout = new CancellationTokenSource(_options.CommitTimeout, time);
            var writes = batch.Select(pending => pending.Write).ToImmutableArray();
            var commit = store.CommitAsync(writes, timeout.Token);
            if (writes.Any(write => write is RunFinish))
                FailPoint.Pass(FailPoint.InTerminalCommit);
            var results = await commit.WaitAsync(timeout.Token).ConfigureAwait(false);

            (IsFailing, LastCommit, committed) = (false, time.GetUtcNow(), true);
            for (var i = 0; i < batch.Length; i++)
                batch[i].Succeed(results[i]);
        }
        catch (Exception error) when (error is StoreUnavailableException or OperationCanceledException)
        {
            if (!IsFailing)
                LogUnavailable(error, batch.Length);
            IsFailing = true;
            foreach (var pending in batch)
                pending.Fail(new StoreUnavailableException("The database did not commit the write.", error));
        }
#pragma warning disable CA1031 // the boundary of a batch: whatever went wrong goes to the callers that it concerns
        catch (Exception error)
#pragma warning restore CA1031
        {
            await CommitOneByOneAsync(batch, error).ConfigureAwait(false);
        }
        finally
        {
            FlowRunsInstruments.OnBatchCommitted(batch.Length, committed, since);
        }
    }

    /// <summary>One write that the database refuses must not take the others of its batch with it.</summary>
    async Task CommitOneByOneAsync(PendingWrite[] batch, Exception error)
    {
        if (batch.Length == 1)
        {
            LogRefused(error, batch[0].Write.GetType().Name, $"{Subject(batch[0].Write)}");
            batch[0].Fail(error);
            return;
        }

        foreach (var pending in batch)
            await CommitAsync([pending]).ConfigureAwait(false);
    }

    static object? Subject(JournalWrite write) => write switch
    {
        RunWrite run => run.Run,
        ScheduleProgress progress => progress.Flow,
        _ => null,
    };

    [LoggerMessage(1, LogLevel.Error, "The database is unavailable; {Count} writes failed. Further failures are not logged until a commit succeeds.")]
    partial void LogUnavailable(Exception error, int count);

    [LoggerMessage(2, LogLevel.Error, "{Write} of {Subject} was refused.")]
    partial void LogRefused(Exception error, string write, string subject);
}
