using System.Text.Json;
using System.Text.Json.Nodes;
using FlowRuns.Failover.Checker;

namespace FlowRuns.Failover.Tests.Checker;

/// <summary>Plants one fault at a time into a faultless record: the checker has to name it and nothing else.</summary>
public sealed class CheckerTests
{
    const string PureRun = "run_pure0007";
    const string ChainRun = "run_chain0010"; // The server stops half a second after its start.
    const string QuietRun = "run_chain0020";
    const string FailingRun = "run_failing0007";

    readonly HealthyRecord record = new();

    [Fact]
    public void Check_HealthyRecord_FindsNothing() => Assert.Empty(record.BrokenRules());

    [Fact]
    public void Check_RunMissingFromList_IsLost()
    {
        record.Remove(HealthyRecord.Pure, PureRun);

        Assert.Equal(["lost"], record.BrokenRules());
    }

    [Fact]
    public void Check_DetailUnknown_IsLost()
    {
        record.Details.Remove(PureRun);

        Assert.Equal(["lost"], record.BrokenRules());
    }

    [Fact]
    public void Check_RunStillRunning_IsStuck()
    {
        record.Change(PureRun, run =>
        {
            run["status"] = "RUNNING";
            run.Remove("finishTime");
            run.Remove("duration");
        });
        record.Log.RemoveAll(line => line is RunSeen seen && seen.Run.GetProperty("id").GetString() == PureRun);
        record.Recount(HealthyRecord.Pure);

        Assert.Equal(["stuck"], record.BrokenRules());
    }

    [Theory]
    [InlineData("finishTime", "2026-04-21T09:00:07.348Z", 348)]
    [InlineData("stepsSucceeded", 1, 347)]
    public void Check_RunDiffersFromWhatWasSeenAtItsEnd_IsChangedAfterEnd(string field, object value, int duration)
    {
        var seen = record.Details[PureRun].DeepClone();
        seen[field] = JsonSerializer.SerializeToNode(value);
        seen["duration"] = duration;
        if (field == "stepsSucceeded")
            seen["steps"]![1]!["status"] = "FAILED";
        record.Log.Add(new RunSeen { At = DateTimeOffset.Parse("2026-04-21T09:00:07.500Z"), Run = seen.Deserialize<JsonElement>() });

        Assert.Equal(["changed-after-end"], record.BrokenRules());
    }

    [Fact]
    public void Check_RunSeenRunningAfterItsEnd_IsChangedAfterEnd()
    {
        var seen = record.Details[PureRun].DeepClone();
        seen["status"] = "RUNNING";
        record.Log.Add(new RunSeen { At = DateTimeOffset.Parse("2026-04-21T09:00:08Z"), Run = seen.Deserialize<JsonElement>() });

        Assert.Equal(["changed-after-end"], record.BrokenRules());
    }

    [Fact]
    public void Check_RunListedTwice_IsDuplicate()
    {
        var rows = record.Rows[HealthyRecord.Pure];
        rows.Insert(4, (JsonObject)rows[4].DeepClone());

        Assert.Equal(["duplicate"], record.BrokenRules());
    }

    [Fact]
    public void Check_OlderRunListedFirst_IsOrder()
    {
        var rows = record.Rows[HealthyRecord.Pure];
        (rows[4], rows[5]) = (rows[5], rows[4]);

        Assert.Equal(["order"], record.BrokenRules());
    }

    [Theory]
    [InlineData("totalRuns", 31)]
    [InlineData("succeeded", 29)]
    [InlineData("failed", 1)]
    [InlineData("successRate", 99.9)]
    [InlineData("averageDuration", 354)]
    [InlineData("lastRun", "2026-04-21T09:00:28Z")]
    [InlineData("running", 1)]
    [InlineData("canceled", 1)]
    public void Check_FigureDiffersFromRecount_IsStats(string field, object value)
    {
        record.Stats[HealthyRecord.Pure][field] = JsonSerializer.SerializeToNode(value);

        Assert.Equal(["stats"], record.BrokenRules());
    }

    [Fact]
    public void Check_DurationIsNotFinishMinusStart_IsDuration()
    {
        record.Log.RemoveAll(line => line is RunSeen seen && seen.Run.GetProperty("id").GetString() == PureRun);
        record.Change(PureRun, run => run["duration"] = 348);

        Assert.Equal(["duration"], record.BrokenRules());
    }

    [Theory]
    [InlineData("stepsCount", 3)]
    [InlineData("stepsSucceeded", 1)]
    public void Check_CountsDisagreeWithSteps_IsSteps(string field, int value)
    {
        record.Change(PureRun, run => run[field] = value);

        Assert.Equal(["steps"], record.BrokenRules());
    }

    [Fact]
    public void Check_ListDisagreesWithDetail_IsListAndDetail()
    {
        record.Rows[HealthyRecord.Failing].Single(row => (string?)row["id"] == FailingRun)["error"]!["message"] = "another";

        Assert.Equal(["list-and-detail"], record.BrokenRules());
    }

    [Fact]
    public void Check_StepCalledAfterALaterOne_IsStepAgain()
    {
        record.Calls.Add(Call(ChainRun, "first", "2026-04-21T09:00:10.210Z"));
        record.Log.Add(new ServerStopped { At = DateTimeOffset.Parse("2026-04-21T09:00:10.205Z"), How = "killed" });

        Assert.Equal(["step-again"], record.BrokenRules());
    }

    [Theory]
    [InlineData("2026-04-21T09:00:20.366Z")] // After finishTime.
    [InlineData("2026-04-21T09:00:21Z")] // After the client saw it ended, too.
    public void Check_CallAfterTheEnd_IsCallAfterEnd(string time)
    {
        record.Calls.RemoveAll(call => call.Key == $"{QuietRun}:second");
        record.Calls.Add(Call(QuietRun, "second", time));

        Assert.Equal(["call-after-end"], record.BrokenRules());
    }

    [Fact]
    public void Check_StepCalledTwiceWithoutACrash_IsTooManyCalls()
    {
        record.Calls.Add(Call(QuietRun, "second", "2026-04-21T09:00:20.250Z"));

        Assert.Equal(["too-many-calls"], record.BrokenRules());
    }

    [Fact]
    public void Check_StepCalledAgainAfterACrash_FindsNothing()
    {
        record.Log.Add(new ServerStopped { At = DateTimeOffset.Parse("2026-04-21T09:00:20.220Z"), How = "killed" });
        record.Calls.Add(Call(QuietRun, "second", "2026-04-21T09:00:20.250Z"));

        Assert.Empty(record.BrokenRules());
    }

    [Theory]
    [InlineData(null, "2026-04-21T09:00:20.250Z")]
    [InlineData("run_unknown:first", "2026-04-21T09:00:20.250Z")]
    [InlineData("run_chain0020:third", "2026-04-21T09:00:20.250Z")]
    [InlineData("run_pure0007:greet", "2026-04-21T09:00:07.250Z")]
    public void Check_KeyOfNoCallingStep_IsWrongKey(string? key, string time)
    {
        record.Calls.Add(new() { At = DateTimeOffset.Parse(time), Path = "/fast", Key = key });

        Assert.Equal(["wrong-key"], record.BrokenRules());
    }

    [Fact]
    public void Check_StepSucceededWithoutACall_IsNeverCalled()
    {
        record.Calls.RemoveAll(call => call.Key == $"{QuietRun}:second");

        Assert.Equal(["never-called"], record.BrokenRules());
    }

    [Fact]
    public void Check_SkippedStepCalled_IsSkippedButCalled()
    {
        record.Calls.Add(Call(FailingRun, "never", "2026-04-21T09:00:07.100Z"));

        Assert.Equal(["skipped-but-called"], record.BrokenRules());
    }

    [Fact]
    public void Check_FailingFlowSucceeded_IsOutcome()
    {
        record.Log.RemoveAll(line => line is RunSeen seen && seen.Run.GetProperty("id").GetString() == FailingRun);
        record.Change(FailingRun, run =>
        {
            run["status"] = "SUCCEEDED";
            run.Remove("error");
        });
        record.Recount(HealthyRecord.Failing);

        Assert.Equal(["outcome"], record.BrokenRules());
    }

    [Fact]
    public void Check_FailedRunNamesAnotherStep_IsOutcome()
    {
        record.Log.RemoveAll(line => line is RunSeen seen && seen.Run.GetProperty("id").GetString() == FailingRun);
        record.Change(FailingRun, run => run["error"]!["step"] = "Never");

        Assert.Equal(["outcome"], record.BrokenRules());
    }

    [Fact]
    public void Check_RunThatNobodyStarted_IsNobodyStarted()
    {
        record.Log.RemoveAll(line => line is StartAsked start && start.RunId == PureRun);

        Assert.Equal(["nobody-started"], record.BrokenRules());
    }

    [Fact]
    public void Check_RunOfAStartWithoutAnswer_FindsNothing()
    {
        record.Log.RemoveAll(line => line is StartAsked start && start.RunId == PureRun);
        record.Log.Add(new StartAsked { At = DateTimeOffset.Parse("2026-04-21T09:00:08Z"), FlowId = HealthyRecord.Pure, Error = "connection reset" });

        Assert.Empty(record.BrokenRules());
    }

    [Fact]
    public void Check_OneKeyMadeTwoRuns_IsTwoRunsOneKey()
    {
        record.Details["run_pure0008"]["idempotencyKey"] = $"key-{PureRun}";
        record.Log.RemoveAll(line => line is StartAsked { RunId: "run_pure0008" });
        record.Log.Add(new StartAsked { At = DateTimeOffset.Parse("2026-04-21T09:00:08Z"), FlowId = HealthyRecord.Pure, Error = "connection reset" });

        Assert.Equal(["two-runs-one-key"], record.BrokenRules());
    }

    static SinkCall Call(string runId, string step, string time) =>
        new() { At = DateTimeOffset.Parse(time), Path = "/fast", Key = $"{runId}:{step}" };
}
