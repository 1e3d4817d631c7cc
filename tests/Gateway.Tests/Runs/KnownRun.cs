using FlowRuns.Flows;
using FlowRuns.Json;
using FlowRuns.Runs;
using FlowRuns.Triggers;

namespace FlowRuns.Gateway.Tests.Runs;

/// <summary>A run of which nothing is heard but what <paramref name="wait"/> says.</summary>
sealed class KnownRun(Func<RunDetail?> wait) : IRunGrain
{
    public static StartedRun Started { get; } = new(RunId.FirstAt(DateTimeOffset.UnixEpoch), FlowId.New(DateTimeOffset.UnixEpoch));

    public static RunDetail Ended { get; } = new()
    {
        Summary = new RunSummary
        {
            Id = Started.Id,
            FlowId = Started.FlowId,
            Status = RunStatus.Succeeded,
            TriggerType = TriggerType.Manual,
            FinishTime = Started.StartTime.AddSeconds(1),
            StepsCount = 1,
            StepsSucceeded = 1,
        },
        FlowVersion = 1,
        Trigger = Trigger.Manual(JsonData.Null),
        Steps = [],
    };

    public Task<RunDetail?> WaitAsync(TimeSpan atMost) => Task.FromResult(wait());

    public Task<RunDetail?> FindDetailAsync() => throw new NotSupportedException();

    public Task<bool> StartAsync(RunAssignment assignment) => throw new NotSupportedException();

    public Task<RunSummary?> CancelAsync() => throw new NotSupportedException();
}
