using System.Collections.Immutable;
using System.Text.Json;
using FlowRuns.Flows;
using FlowRuns.Gateway.Paging;
using FlowRuns.Gateway.Projects;
using FlowRuns.Gateway.Runs;
using FlowRuns.Json;
using FlowRuns.Projects;
using FlowRuns.Runs;
using FlowRuns.Steps;
using FlowRuns.Triggers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace FlowRuns.Gateway.Tests;

/// <summary>Names, order and forms of what goes over the wire: changing one of these texts breaks callers.</summary>
public sealed class WireTests
{
    static readonly DateTimeOffset Time = DateTimeOffset.Parse("2026-04-21T09:00:00.500Z");
    static readonly RunId Run = RunId.FirstAt(Time);
    static readonly RunId OtherRun = RunId.FirstAt(Time.AddSeconds(10));
    static readonly FlowId Flow = new(Run.Value);

    static readonly RunSummary Failed = new()
    {
        Id = Run,
        FlowId = Flow,
        Status = RunStatus.Failed,
        TriggerType = TriggerType.Schedule,
        FinishTime = Time.AddMilliseconds(2500),
        StepsCount = 3,
        StepsSucceeded = 1,
        Error = new RunError("Query Database", "it's > \"down\" + ä"),
    };

    static readonly RunDetail FailedDetail = new()
    {
        Summary = Failed,
        FlowVersion = 7,
        Trigger = new Trigger { Type = TriggerType.Schedule, Output = Json("""{"scheduledTime":"2026-04-21T09:00:00Z"}""") },
        RetryOf = OtherRun,
        RetriedBy = OtherRun,
        IdempotencyKey = "key-1",
        Steps =
        [
            new StepResult { Name = "Schedule Trigger", Status = StepStatus.Succeeded, Duration = TimeSpan.Zero, Output = Json("""{"scheduledTime":"2026-04-21T09:00:00Z"}"""), StartTime = Time },
            new StepResult { Name = "Query Database", Status = StepStatus.Failed, Duration = TimeSpan.FromMilliseconds(2400), Input = Json("""{"query":"select 1"}"""), Error = "down", StartTime = Time.AddMilliseconds(100), Attempts = 3 },
            new StepResult { Name = "Format", Status = StepStatus.Skipped },
        ],
    };

    [Fact]
    public void RunRow_Failed_HasAllFieldsInOrder()
    {
        AssertWire(
            $$$"""{"id":"{{{Run}}}","flowId":"{{{Flow}}}","status":"FAILED","duration":2500,"triggerType":"SCHEDULE","startTime":"2026-04-21T09:00:00.500Z","finishTime":"2026-04-21T09:00:03Z","stepsCount":3,"stepsSucceeded":1,"error":{"step":"Query Database","message":"it's > \"down\" + ä"}}""",
            Page<RunSummary>.Whole([Failed]).Data[0]);
    }

    [Fact]
    public void RunRow_Running_LeavesOutWhatIsNotYet()
    {
        AssertWire(
            $$"""{"id":"{{Run}}","flowId":"{{Flow}}","status":"RUNNING","triggerType":"MANUAL","startTime":"2026-04-21T09:00:00.500Z","stepsCount":3,"stepsSucceeded":1}""",
            Failed with { Status = RunStatus.Running, TriggerType = TriggerType.Manual, FinishTime = null, Error = null });
    }

    [Fact]
    public void RunPage_Last_HasNullCursor()
    {
        AssertWire("""{"data":[],"cursor":null,"hasMore":false}""", Page<RunSummary>.Whole([]));
        AssertWire("""{"data":[],"cursor":"abc","hasMore":true}""", new Page<RunSummary>([], "abc", HasMore: true));
    }

    [Fact]
    public void RunDetail_Failed_IsFlatWithStepsLast()
    {
        var head = $$"""{"id":"{{Run}}","flowId":"{{Flow}}","status":"FAILED","duration":2500,"startTime":"2026-04-21T09:00:00.500Z","finishTime":"2026-04-21T09:00:03Z","triggerType":"SCHEDULE","stepsCount":3,"stepsSucceeded":1,""";
        const string error = """
            "error":{"step":"Query Database","message":"it's > \"down\" + ä"},"flowVersion":7,"trigger":{"scheduledTime":"2026-04-21T09:00:00Z"},
            """;
        var links = $$"""
            "retryOf":"{{OtherRun}}","retriedBy":"{{OtherRun}}","idempotencyKey":"key-1","steps":
            """;
        const string steps = """[{"name":"Schedule Trigger","status":"SUCCEEDED","duration":0,"output":{"scheduledTime":"2026-04-21T09:00:00Z"},"startTime":"2026-04-21T09:00:00.500Z"},{"name":"Query Database","status":"FAILED","duration":2400,"input":{"query":"select 1"},"error":"down","startTime":"2026-04-21T09:00:00.600Z","attempts":3},{"name":"Format","status":"SKIPPED"}]""";

        AssertWire(
            head + error + links + steps + "}",
            RunDetailBody.Of(FailedDetail));
    }

    [Fact]
    public void StartedRun_HasExactlyFourFields()
    {
        AssertWire($$"""{"id":"{{Run}}","flowId":"{{Flow}}","status":"RUNNING","startTime":"2026-04-21T09:00:00.500Z"}""", new StartedRun(Run, Flow));
    }

    [Fact]
    public void Stats_StartWithTheSixFields()
    {
        AssertWire(
            """{"totalRuns":8,"succeeded":2,"failed":1,"successRate":66.7,"averageDuration":250,"lastRun":"2026-04-21T09:00:00.500Z","running":4,"canceled":1}""",
            new FlowStats { TotalRuns = 8, Succeeded = 2, Failed = 1, Canceled = 1, TotalDuration = TimeSpan.FromSeconds(1), LastRun = Time });
        AssertWire("""{"totalRuns":0,"succeeded":0,"failed":0,"successRate":0,"averageDuration":0,"running":0,"canceled":0}""", FlowStats.None);
        AssertWire(
            """{"totalRuns":1,"succeeded":1,"failed":0,"successRate":100,"averageDuration":40,"lastRun":"2026-04-21T09:00:00.500Z","running":0,"canceled":0,"percentiles":{"p50":40,"p95":40,"p99":40},"from":"2026-04-21T09:00:00Z","to":"2026-04-21T10:00:00Z"}""",
            StatsWindow.Around(Time, Time, StatsInterval.Hour).Sum([FlowStats.None.WithStart(Run).WithFinish(RunStatus.Succeeded, TimeSpan.FromMilliseconds(40))]));
    }

    [Fact]
    public void Keys_ShowTheKeyOnlyWhenMade()
    {
        var id = ApiKeyId.New(Time);
        var summary = new ApiKeySummary { Id = id, Name = "ci", Scope = ApiKeyScope.Write, Prefix = "fs_live_ab", Created = Time };
        var fields = $$"""{"id":"{{id}}","name":"ci","scope":"write","prefix":"fs_live_ab","created":"2026-04-21T09:00:00.500Z" """.TrimEnd();

        AssertWire(fields + "}", summary);
        AssertWire(fields + ",\"key\":\"fs_live_abc\"}", CreatedKeyBody.Of(new CreatedApiKey(summary, "fs_live_abc")));
    }

    [Fact]
    public void Projects_ShowTheFirstKeyOnlyWhenMade()
    {
        var id = ProjectId.New(Time);

        AssertWire($$"""{"id":"{{id}}","name":"Finance","created":"2026-04-21T09:00:00.500Z"}""", new ProjectSummary(id, "Finance", Time));
        AssertWire($$"""{"id":"{{id}}","name":"Finance","created":"2026-04-21T09:00:00.500Z","key":"fs_live_abc"}""", new CreatedProjectBody(id, "Finance", Time, "fs_live_abc"));
    }

    [Fact]
    public void Connections_NeverShowTheirValue()
    {
        var id = ConnectionId.New(Time);

        AssertWire(
            $$"""{"id":"{{id}}","name":"sales","app":"postgresql","created":"2026-04-21T09:00:00.500Z","updated":"2026-04-21T09:00:01.500Z"}""",
            new ConnectionSummary { Id = id, Name = "sales", App = "postgresql", Created = Time, Updated = Time.AddSeconds(1) });
        AssertWire("""{"success":true}""", new ConnectionTest(Success: true, Error: null));
        AssertWire("""{"success":false,"error":"refused"}""", new ConnectionTest(Success: false, "refused"));
    }

    [Fact]
    public void Pieces_CarryTheirSchemasAsJson()
    {
        AssertWire(
            """{"data":[{"type":"data.set","description":"Sets data.","connections":[],"inputSchema":{},"outputSchema":{"type":"object"}}]}""",
            new Catalog.PieceList([new Piece { Type = "data.set", Description = "Sets data.", Connections = [], InputSchema = JsonData.EmptyObject, OutputSchema = Json("""{"type":"object"}""") }]));
    }

    [Fact]
    public async Task Answer_OfAnEndpoint_IsWrittenByTheSameRules()
    {
        var page = new Page<RunSummary>([Failed, Failed with { FinishTime = null, Error = null }], Cursor: null, HasMore: false);
        await using var app = await EdgeApplication.StartAsync(host => host.MapGet("/page", () => TypedResults.Ok(page)));

        var text = await app.Client.GetStringAsync("/page");

        AssertWire(text, page);
    }

    static JsonData Json(string text) => new(System.Text.Encoding.UTF8.GetBytes(text));

    static void AssertWire<T>(string expected, T value) => Assert.Equal(expected, JsonSerializer.Serialize(value, ApiJson.TypeInfo<T>()));
}
