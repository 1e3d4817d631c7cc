using System.Diagnostics;
using System.Diagnostics.Metrics;
using FlowRuns.Runs;
using FlowRuns.Steps;
using FlowRuns.Storage;
using FlowRuns.Triggers;
using FlowRuns.Webhooks;

namespace FlowRuns.Telemetry;

/// <summary>What this process counts and measures. Labels come from short fixed lists: a run's or a flow's id would make a time series each.</summary>
/// <remarks>Static, because a process is one silo, and because the price of a measurement that nobody listens to is then one test of a field.</remarks>
static class FlowRunsInstruments
{
    public const string MeterName = "FlowRuns";

    static readonly double[] Seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800];
    static readonly int[] Writes = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000];

    static readonly Meter Meter = new(MeterName);
    static readonly Counter<long> Started = Meter.CreateCounter<long>("flowruns.runs.started", "{run}", "Runs that are durable, by what started them.");
    static readonly Counter<long> Finished = Meter.CreateCounter<long>("flowruns.runs.finished", "{run}", "Runs that reached their end, by status.");
    static readonly UpDownCounter<long> Executing = Meter.CreateUpDownCounter<long>("flowruns.runs.executing", "{run}", "Runs that this process executes now.");
    static readonly Counter<long> Deliveries = Meter.CreateCounter<long>("flowruns.webhook.deliveries", "{delivery}", "Deliveries to webhooks, by what became of them.");
    static readonly Histogram<double> RunDuration = Duration("flowruns.run.duration", "From a run's start to its end, by status.");
    static readonly Histogram<double> StepDuration = Duration("flowruns.step.duration", "One attempt of a step, by type and outcome.");
    static readonly Histogram<double> CommitDuration = Duration("flowruns.journal.commit.duration", "One commit of the journal, by outcome.");
    static readonly Histogram<double> Lateness = Duration("flowruns.schedule.lateness", "From an occurrence's due time to its run.");
    static readonly Histogram<int> BatchSize = Meter.CreateHistogram("flowruns.journal.batch.size", "{write}", "Writes that one commit took.", advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = Writes });

    static RunJournal? s_journal;
    static long s_lastSweep = Stopwatch.GetTimestamp();
    static long s_recovered;
    static long s_fenced;
    static long s_refused;

    static FlowRunsInstruments()
    {
        // Observed, so that they are there with 0 before the first time: Prometheus sees no increase in a series that begins with 1.
        Meter.CreateObservableCounter("flowruns.runs.recovered", () => Interlocked.Read(ref s_recovered), "{run}", "Runs of dead processes that this one took over.");
        Meter.CreateObservableCounter("flowruns.writes.fenced", () => Interlocked.Read(ref s_fenced), "{write}", "Writes of runs that were refused because another owner has the run by now.");
        Meter.CreateObservableCounter("flowruns.journal.refused", () => Interlocked.Read(ref s_refused), "{write}", "Writes that were turned away because the journal was full.");
        Meter.CreateObservableGauge("flowruns.journal.depth", () => s_journal?.Depth ?? 0, "{write}", "Writes that wait for a commit.");
        Meter.CreateObservableGauge("flowruns.journal.capacity", () => s_journal?.Capacity ?? 0, "{write}", "How many writes may wait.");
        Meter.CreateObservableGauge("flowruns.sweep.age", () => Stopwatch.GetElapsedTime(Interlocked.Read(ref s_lastSweep)).TotalSeconds, "s", "Since runs of dead processes were last looked for with success.");
    }

    public static void OnRunStarted(Trigger trigger, DateTimeOffset startTime)
    {
        Started.Add(1, new KeyValuePair<string, object?>("trigger", Name(trigger.Type)));
        if (trigger is { Type: TriggerType.Schedule, DueTime: { } due })
            Lateness.Record(Math.Max(0, (startTime - due).TotalSeconds));
    }

    public static void OnRunFinished(RunStatus status, TimeSpan duration)
    {
        var label = new KeyValuePair<string, object?>("status", Name(status));
        Finished.Add(1, label);
        RunDuration.Record(duration.TotalSeconds, label);
    }

    public static void OnExecutionBegan() => Executing.Add(1);

    public static void OnExecutionEnded() => Executing.Add(-1);

    /// <param name="since">A timestamp of <see cref="Stopwatch"/>.</param>
    public static void OnStepAttempted(string type, StepOutcome outcome, long since)
    {
        if (StepDuration.Enabled)
            StepDuration.Record(Stopwatch.GetElapsedTime(since).TotalSeconds, new("type", type), new("outcome", outcome is StepOutcome.Succeeded ? "succeeded" : "failed"));
    }

    public static void OnWriteFenced() => Interlocked.Increment(ref s_fenced);

    public static void OnJournalOpened(RunJournal journal) => s_journal = journal;

    public static void OnJournalFull() => Interlocked.Increment(ref s_refused);

    /// <param name="since">A timestamp of <see cref="Stopwatch"/>.</param>
    public static void OnBatchCommitted(int writes, bool succeeded, long since)
    {
        BatchSize.Record(writes);
        if (CommitDuration.Enabled)
            CommitDuration.Record(Stopwatch.GetElapsedTime(since).TotalSeconds, new KeyValuePair<string, object?>("outcome", succeeded ? "committed" : "failed"));
    }

    public static void OnDelivery(WebhookVerdict verdict) => Deliveries.Add(1, new KeyValuePair<string, object?>("verdict", Name(verdict)));

    public static void OnRunsRecovered(int count) => Interlocked.Add(ref s_recovered, count);

    public static void OnSweepEnded() => Interlocked.Exchange(ref s_lastSweep, Stopwatch.GetTimestamp());

    static Histogram<double> Duration(string name, string description) =>
        Meter.CreateHistogram(name, "s", description, advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = Seconds });

    static string Name(TriggerType trigger) => trigger switch
    {
        TriggerType.Schedule => "schedule",
        TriggerType.Webhook => "webhook",
        TriggerType.Manual => "manual",
        TriggerType.Flow => "flow",
        TriggerType.Retry => "retry",
        _ => "other",
    };

    static string Name(WebhookVerdict verdict) => verdict switch
    {
        WebhookVerdict.Accepted => "accepted",
        WebhookVerdict.NotFound => "not_found",
        WebhookVerdict.AddressRefused => "address_refused",
        WebhookVerdict.MethodRefused => "method_refused",
        WebhookVerdict.NotAuthentic => "not_authentic",
        _ => "other",
    };

    static string Name(RunStatus status) => status switch
    {
        RunStatus.Succeeded => "succeeded",
        RunStatus.Failed => "failed",
        RunStatus.Canceled => "canceled",
        _ => "other",
    };
}
