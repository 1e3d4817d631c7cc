using System.Text.Json;
using System.Text.Json.Nodes;
using FlowRuns.Failover.Checker;

namespace FlowRuns.Failover.Tests.Checker;

/// <summary>A faultless record of three flows and one crash, for tests to plant a fault into.</summary>
sealed class HealthyRecord
{
    public const string Pure = "flow_pure";
    public const string Chain = "flow_chain";
    public const string Failing = "flow_failing";

    static readonly DateTimeOffset Start = DateTimeOffset.Parse("2026-04-21T09:00:00Z");

    public HealthyRecord(int runsPerFlow = 30)
    {
        Add(Pure, runsPerFlow, new StepPlan { Key = "greet", Name = "Greet" });
        Add(Chain, runsPerFlow, new StepPlan { Key = "first", Name = "First", Calls = true }, new StepPlan { Key = "second", Name = "Second", Calls = true });
        Add(Failing, runsPerFlow, new StepPlan { Key = "break", Name = "Break" }, new StepPlan { Key = "never", Name = "Never", Calls = true });
        Log.Add(new ServerStopped { At = Start.AddSeconds(10.5), How = "killed" });
    }

    public List<LogLine> Log { get; } = [];

    public List<SinkCall> Calls { get; } = [];

    public Dictionary<string, List<JsonObject>> Rows { get; } = [];

    public Dictionary<string, JsonObject> Details { get; } = [];

    public Dictionary<string, JsonObject> Stats { get; } = [];

    /// <summary>Changes a run in the list and in the detail.</summary>
    public void Change(string id, Action<JsonObject> change)
    {
        change(Details[id]);
        change(Rows.Values.SelectMany(rows => rows).Single(row => (string?)row["id"] == id));
    }

    /// <summary>Makes the stats fit a changed list.</summary>
    public void Recount(string flowId)
    {
        var rows = Rows[flowId];
        int Count(string status) => rows.Count(row => (string?)row["status"] == status);
        var (succeeded, failed) = (Count("SUCCEEDED"), Count("FAILED"));
        Stats[flowId] = new()
        {
            ["totalRuns"] = rows.Count,
            ["succeeded"] = succeeded,
            ["failed"] = failed,
            ["successRate"] = Math.Round(100m * succeeded / (succeeded + failed), 1, MidpointRounding.AwayFromZero),
            ["averageDuration"] = Math.Round(rows.Where(row => row["duration"] is not null).Average(row => (decimal)(int)row["duration"]!), MidpointRounding.AwayFromZero),
            ["lastRun"] = (string)rows[0]["startTime"]!,
            ["running"] = Count("RUNNING"),
            ["canceled"] = Count("CANCELED"),
        };
    }

    public void Remove(string flowId, string id)
    {
        Rows[flowId].RemoveAll(row => (string?)row["id"] == id);
        Recount(flowId);
    }

    public IReadOnlyList<FlowDump> Dump() =>
    [
        .. Rows.Select(flow => new FlowDump(
            flow.Key,
            [.. flow.Value.Select(Element)],
            Details.Where(detail => (string?)detail.Value["flowId"] == flow.Key).ToDictionary(detail => detail.Key, detail => Element(detail.Value)),
            Element(Stats[flow.Key]))),
    ];

    /// <summary>The rules that the checker sees broken.</summary>
    public IReadOnlyList<string> BrokenRules() => [.. Verdict.Of(new Evidence(Log, Calls, Dump())).Select(violation => violation.Rule)];

    static JsonElement Element(JsonObject json) => json.Deserialize<JsonElement>();

    void Add(string flowId, int runs, params StepPlan[] steps)
    {
        Rows[flowId] = [];
        var failsAt = flowId == Failing ? steps[0].Name : null;
        Log.Add(new FlowDefined { At = Start, Plan = new() { FlowId = flowId, Name = flowId, Steps = [.. steps], FailsAt = failsAt } });
        for (var number = 0; number < runs; number++)
            AddRun(flowId, $"{flowId.Replace("flow", "run")}{number:d4}", Start.AddSeconds(number), 340 + number, steps, failsAt);
        Recount(flowId);
    }

    void AddRun(string flowId, string id, DateTimeOffset start, int duration, StepPlan[] steps, string? failsAt)
    {
        var row = new JsonObject
        {
            ["id"] = id,
            ["flowId"] = flowId,
            ["status"] = failsAt is null ? "SUCCEEDED" : "FAILED",
            ["duration"] = duration,
            ["triggerType"] = "MANUAL",
            ["startTime"] = Text(start),
            ["finishTime"] = Text(start.AddMilliseconds(duration)),
            ["stepsCount"] = steps.Length + 1,
            ["stepsSucceeded"] = failsAt is null ? steps.Length + 1 : 1,
        };
        if (failsAt is not null)
            row["error"] = new JsonObject { ["step"] = failsAt, ["message"] = "planted" };
        Rows[flowId].Insert(0, row);

        var detail = (JsonObject)row.DeepClone();
        detail["idempotencyKey"] = $"key-{id}";
        detail["steps"] = new JsonArray(
        [
            StepOf("Manual Trigger", "SUCCEEDED"),
            .. steps.Select(step => StepOf(step.Name, failsAt is null ? "SUCCEEDED" : step.Name == failsAt ? "FAILED" : "SKIPPED")),
        ]);
        Details[id] = detail;

        Log.Add(new StartAsked { At = start.AddMilliseconds(5), FlowId = flowId, Status = 201, RunId = id, IdempotencyKey = $"key-{id}" });
        Log.Add(new RunSeen { At = start.AddMilliseconds(duration + 20), Run = Element(detail) });
        if (failsAt is null)
            foreach (var (index, step) in steps.Index().Where(step => step.Item.Calls))
                Calls.Add(new() { At = start.AddMilliseconds(100 * (index + 1)), Path = "/fast", Key = $"{id}:{step.Key}" });
    }

    static JsonObject StepOf(string name, string status) => new() { ["name"] = name, ["status"] = status };

    static string Text(DateTimeOffset time) => time.UtcDateTime.ToString(time.Millisecond == 0 ? "yyyy-MM-ddTHH:mm:ssZ" : "yyyy-MM-ddTHH:mm:ss.fffZ");
}
