using System.Collections.Immutable;
using System.Text;
using FlowRuns.Flows;
using FlowRuns.Json;
using FlowRuns.Projects;
using FlowRuns.Runs;
using FlowRuns.Steps;
using FlowRuns.Storage;
using FlowRuns.Triggers;

namespace FlowRuns.Grains.Tests.Storage;

/// <summary>Valid writes, of which a test names only what matters to it.</summary>
static class StoredRuns
{
    public static readonly DateTimeOffset Noon = new(2026, 4, 21, 12, 0, 0, TimeSpan.Zero);

    public static FlowId NewFlow() => FlowId.New(Noon);

    public static RunId NewRun(DateTimeOffset? time = null) => RunId.Next(default, time ?? Noon);

    public static JsonData JsonOf(string text) => new(Encoding.UTF8.GetBytes(text));

    public static RunStart Start(FlowId flow, DateTimeOffset? time = null) => new(NewRun(time))
    {
        Flow = flow,
        Project = ProjectId.Default,
        FlowVersion = 1,
        Trigger = new Trigger { Type = TriggerType.Manual, Output = JsonOf("""{"body":null}""") },
        StepsCount = 3,
        Owner = "silo-a",
    };

    public static RunStart Due(this RunStart start, DateTimeOffset due) =>
        start with { Trigger = new Trigger { Type = TriggerType.Schedule, Output = JsonOf("{}"), DueTime = due } };

    public static RunStart Keyed(this RunStart start, string key, string hash = "hash") => start with { IdempotencyKey = key, RequestHash = hash };

    public static RunCheckpoint Checkpoint(this RunStart start, int position, params StepResult[] results) => new(start.Run)
    {
        Attempt = 1,
        Position = position,
        Results = [.. results],
    };

    public static RunFinish Finish(this RunStart start, RunStatus status = RunStatus.Succeeded, int attempt = 1, double seconds = 2) => new(start.Run)
    {
        Flow = start.Flow,
        Attempt = attempt,
        Status = status,
        FinishTime = start.Run.StartTime.AddSeconds(seconds),
        StepsSucceeded = status == RunStatus.Succeeded ? start.StepsCount : 2,
        Error = status == RunStatus.Failed ? new RunError("Send", "refused") : null,
        Steps = [Step("Manual Trigger"), Step("Query")],
    };

    public static RunDelete Delete(this RunStart start) => new(start.Run, start.Flow);

    public static StepResult Step(string name, StepStatus status = StepStatus.Succeeded) => new()
    {
        Name = name,
        Status = status,
        Duration = TimeSpan.FromMilliseconds(340),
        Input = JsonOf("""{"query":"select 1"}"""),
        Output = JsonOf("""[1,2,{"a":"b"}]"""),
        Error = status == StepStatus.Failed ? "refused" : null,
        StartTime = Noon.AddMilliseconds(7),
        Attempts = 2,
    };

    public static async Task<RunWriteResult> CommitAsync(this IRunStore store, JournalWrite write) => (await store.CommitAsync([write], default)).Single();

    public static async Task<ImmutableArray<RunWriteOutcome>> CommitAllAsync(this IRunStore store, params JournalWrite[] batch) =>
        [.. (await store.CommitAsync(batch, default)).Select(result => result.Outcome)];

    public static async Task<FlowStats> LoadStatsAsync(this IRunStore store, FlowId flow) => (await store.LoadHistoryAsync(flow, 1, default)).Stats;

    public static async Task<ImmutableArray<RunId>> ListIdsAsync(this IRunStore store, FlowId flow) =>
        [.. (await store.ListRunsAsync(flow, new RunQuery { Limit = 100 }, running: null, default)).Rows.Select(run => run.Id)];
}
