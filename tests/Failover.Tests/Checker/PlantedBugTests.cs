using System.Text.Json;
using System.Text.Json.Nodes;
using FlowRuns.Failover.Checker;

namespace FlowRuns.Failover.Tests.Checker;

/// <summary>What the product would leave behind if it had one of these bugs: the checker has to find each.</summary>
public sealed class PlantedBugTests
{
    static readonly DateTimeOffset Start = DateTimeOffset.Parse("2026-04-21T09:00:00Z");

    readonly HealthyRecord record = new();

    [Theory]
    [InlineData("an acknowledged run is dropped", "lost")]
    [InlineData("a run ends twice", "changed-after-end")]
    [InlineData("no compare-and-set: a zombie goes on with a run that another one ended", "call-after-end")]
    [InlineData("statistics count a repeated write", "stats")]
    [InlineData("a committed step is repeated", "step-again")]
    [InlineData("an occurrence is lost", "occurrence-lost")]
    [InlineData("an occurrence starts two runs", "occurrence-twice")]
    [InlineData("an attempt carries the wrong key", "wrong-key")]
    [InlineData("history is out of order", "order")]
    public void Check_Bug_IsFound(string bug, string rule)
    {
        Plant(bug);

        Assert.Equal([rule], record.BrokenRules());
    }

    void Plant(string bug)
    {
        switch (bug)
        {
            case "an acknowledged run is dropped":
                record.Remove(HealthyRecord.Pure, "run_pure0007");
                break;
            case "a run ends twice":
                var other = record.Details["run_pure0007"].DeepClone();
                (other["status"], other["error"]) = ("FAILED", new JsonObject { ["step"] = "Greet", ["message"] = "interrupted" });
                record.Log.Add(new RunSeen { At = Start.AddSeconds(8), Run = other.Deserialize<JsonElement>() });
                break;
            case "no compare-and-set: a zombie goes on with a run that another one ended":
                record.Log.Add(new ServerStopped { At = Start.AddSeconds(20.3), How = "suspended 1" });
                record.Calls.Add(Call("run_chain0020:second", 24));
                break;
            case "statistics count a repeated write":
                record.Stats[HealthyRecord.Pure]["totalRuns"] = 31;
                break;
            case "a committed step is repeated":
                record.Log.Add(new ServerStopped { At = Start.AddSeconds(10.205), How = "killed" });
                record.Calls.Add(Call("run_chain0010:first", 10.21));
                break;
            case "an occurrence is lost" or "an occurrence starts two runs":
                Schedule(seconds => bug.EndsWith("lost") ? seconds + (seconds > 7 ? 1 : 0) : seconds == 29 ? 28 : seconds);
                break;
            case "an attempt carries the wrong key":
                record.Calls.Add(Call("run_chain0020:third", 20.25));
                break;
            case "history is out of order":
                var rows = record.Rows[HealthyRecord.Pure];
                (rows[4], rows[5]) = (rows[5], rows[4]);
                break;
        }
    }

    /// <summary>Makes a schedule start every run of the pure flow, one each second.</summary>
    void Schedule(Func<int, int> due)
    {
        var plan = record.Log.OfType<FlowDefined>().Single(line => line.Plan.FlowId == HealthyRecord.Pure);
        record.Log[record.Log.IndexOf(plan)] = plan with { Plan = plan.Plan with { Every = TimeSpan.FromSeconds(1) } };
        for (var number = 0; number < 30; number++)
            record.Details[$"run_pure{number:d4}"]["trigger"] = new JsonObject { ["scheduledTime"] = $"{Start.AddSeconds(due(number)):O}" };
    }

    static SinkCall Call(string key, double seconds) => new() { At = Start.AddSeconds(seconds), Path = "/fast", Key = key };
}
