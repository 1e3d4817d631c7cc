using FlowRuns.Flows;
using FlowRuns.Projects;
using FlowRuns.Runs;
using FlowRuns.Storage.Postgres;
using Npgsql;
using static FlowRuns.Grains.Tests.Storage.StoredRuns;

namespace FlowRuns.Grains.Tests.Storage;

/// <summary>What PostgreSQL does for each read of the store, by its own account (auto_explain), on a history of five weeks: how many rows and pages it touches, never the whole.</summary>
public sealed class PostgresPlanTests(PlanFixture fixture) : IClassFixture<PlanFixture>
{
    // Name, read, most rows that any node of the plan handles, most pages.
    static readonly (string Read, Func<PlanFixture, NpgsqlConnection, Task> Ask, long Rows, long Pages)[] Reads =
    [
        ("list: newest page", (f, c) => PostgresRunReads.ListAsync(c, f.Big, Page(), running: null, f.Now, default), 101, 60),
        ("list: deep page", (f, c) => PostgresRunReads.ListAsync(c, f.Big, Page() with { Before = f.Middle }, running: null, f.Now, default), 303, 250), // of a flow that has half of a week, the week's own order is as good
        ("list: deep page, running runs known", (f, c) => PostgresRunReads.ListAsync(c, f.Big, Page() with { Before = f.Middle }, running: [], f.Now, default), 101, 60),
        ("list: oldest page", (f, c) => PostgresRunReads.ListAsync(c, f.Big, Page() with { Before = f.Early }, running: null, f.Now, default), 202, 60),
        ("list: status of 0.1 %", (f, c) => PostgresRunReads.ListAsync(c, f.Big, Page(RunStatus.Failed), running: null, f.Now, default), 101, 140),
        ("list: status of 99.9 %", (f, c) => PostgresRunReads.ListAsync(c, f.Big, Page(RunStatus.Succeeded), running: null, f.Now, default), 101, 60),
        ("list: status without hits", (f, c) => PostgresRunReads.ListAsync(c, f.Big, Page(RunStatus.Canceled), running: null, f.Now, default), 101, 30),
        ("list: three statuses", (f, c) => PostgresRunReads.ListAsync(c, f.Big, Page(RunStatus.Running, RunStatus.Failed, RunStatus.Canceled), running: null, f.Now, default), 101, 170),
        ("list: rare status, deep", (f, c) => PostgresRunReads.ListAsync(c, f.Big, Page(RunStatus.Failed) with { Before = f.Middle }, running: null, f.Now, default), 101, 140),
        ("list: window of an hour", (f, c) => PostgresRunReads.ListAsync(c, f.Big, Page() with { StartedAfter = f.Middle.StartTime, StartedBefore = f.Middle.StartTime.AddHours(1) }, running: null, f.Now, default), 101, 40),
        ("list: flow that ran for an hour, long ago", (f, c) => PostgresRunReads.ListAsync(c, f.Burst, Page(), running: null, f.Now, default), 101, 140),
        ("history of a flow that ran for an hour", (f, c) => PostgresRunReads.LoadHistoryAsync(c, f.Burst, 128, default), 201, 260),
        ("list: flow of two runs", (f, c) => PostgresRunReads.ListAsync(c, f.Small, Page(), running: null, f.Now, default), 3, 40),
        ("list: unknown flow", (f, c) => PostgresRunReads.ListAsync(c, NewFlow(), Page(), running: null, f.Now, default), 1, 30),
        ("detail", (f, c) => PostgresRunReads.FindAsync(c, f.Big, f.Middle, default), 2, 20),
        ("detail: unknown run", (f, c) => PostgresRunReads.FindAsync(c, f.Big, NewRun(Noon), default), 1, 10),
        ("progress: finished run", (f, c) => PostgresRunReads.FindProgressAsync(c, f.Middle, default), 1, 5),
        ("history of a big flow", (f, c) => PostgresRunReads.LoadHistoryAsync(c, f.Big, 128, default), 201, 100),
        ("history of a small flow", (f, c) => PostgresRunReads.LoadHistoryAsync(c, f.Small, 128, default), 3, 45),
        ("stats of a month", (f, c) => PostgresStatistics.ListHoursAsync(c, f.Big, new StatsWindow(Noon, Noon.AddDays(31)), default), 744, 800),
        ("owned runs", (f, c) => PostgresOwnership.ListOwnedAsync(c, "silo-a", RunId.FirstAt(Noon.AddDays(40)), default), 1, 10),
        ("flows of a project", (f, c) => PostgresFlows.ListAsync(c, ProjectId.Default, FlowStatus.Active, null, 100, default), 101, 80),
        ("deleted flows", (f, c) => PostgresFlows.ListDeletedAsync(c, default), 250, 10),
    ];

    // The same for slices of what retention removes.
    static readonly (string Slice, Func<PlanFixture, NpgsqlConnection, Task> Remove, long Rows)[] Slices =
    [
        ("keys", (f, c) => PostgresPurge.PurgeKeysAsync(c, RunId.FirstAt(f.Now), 100, default), 100),
        ("keys, none old enough", (_, c) => PostgresPurge.PurgeKeysAsync(c, RunId.FirstAt(Noon.AddDays(-1)), 100, default), 0),
        ("due times", (f, c) => PostgresPurge.PurgeOccurrencesAsync(c, f.Now, 100, default), 100),
        ("due times, none old enough", (_, c) => PostgresPurge.PurgeOccurrencesAsync(c, DateTimeOffset.UnixEpoch, 100, default), 0),
        ("a deleted flow", (f, c) => PostgresPurge.PurgeFlowAsync(c, f.Big, 100, default), 100),
    ];

    public static TheoryData<string> Names => [.. Reads.Select(read => read.Read)];

    public static TheoryData<string> SliceNames => [.. Slices.Select(slice => slice.Slice)];

    [Theory, MemberData(nameof(Names))]
    public async Task Read_OfALongHistory_TouchesLittleOfIt(string name)
    {
        await fixture.ReadyAsync();
        var (_, ask, rows, pages) = Reads.Single(read => read.Read == name);

        var plans = await fixture.ExplainAsync(connection => ask(fixture, connection));

        Assert.NotEmpty(plans);
        Assert.All(plans, plan =>
        {
            Assert.True(plan.Nodes.All(node => node.Type != "Seq Scan" || !IsLong(node.Relation!)), $"Seq Scan:\n{plan.Text}");
            Assert.True(plan.Nodes.All(node => node.Rows + node.Removed <= rows * (node.Type.EndsWith("Append") || node.Type == "Sort" ? 3 : 1)), $"More than {rows} rows:\n{plan.Text}");
            Assert.True(plan.Pages <= pages, $"{plan.Pages} pages instead of {pages}:\n{plan.Text}");
        });
    }

    [Theory, MemberData(nameof(SliceNames))]
    public async Task Purge_OfASlice_TouchesLittleElse(string name)
    {
        await fixture.ReadyAsync();
        var (_, remove, rows) = Slices.Single(slice => slice.Slice == name);

        var plans = await fixture.ExplainAsync(async connection =>
        {
            await using var undone = await connection.BeginTransactionAsync();
            await remove(fixture, connection);
        });

        Assert.NotEmpty(plans);
        Assert.All(plans, plan => Assert.True(plan.Nodes.All(node => node.Rows + node.Removed <= 300), $"More than 300 rows:\n{plan.Text}"));
        Assert.All(plans, plan => Assert.True(plan.Nodes.All(node => node.Type != "Seq Scan" || !IsLong(node.Relation!)), $"Seq Scan:\n{plan.Text}"));
        Assert.Equal(rows, plans.Max(plan => plan.Nodes.Where(node => node.Type == "ModifyTable").Max(node => plan.Nodes.Where(other => other.Relation == node.Relation).Max(other => other.Rows))));
    }

    [Theory, InlineData("detail"), InlineData("list: deep page"), InlineData("list: deep page, running runs known"), InlineData("list: window of an hour")]
    public async Task Read_OfOneWeek_NeedsNoOther(string name)
    {
        await fixture.ReadyAsync();
        var ask = Reads.Single(read => read.Read == name).Ask;

        var plan = Assert.Single(await fixture.ExplainAsync(connection => ask(fixture, connection)));

        // A partition that the plan has is opened, and costs as much as a small read, also if nothing can be in it.
        Assert.DoesNotMatch("\"Subplans Removed\": [1-9]", plan.Text);
        Assert.Single(plan.Nodes.Where(node => node.Relation?.StartsWith("runs_") == true).Select(node => node.Relation).Distinct());
    }

    [Fact]
    public async Task Read_OfAllWeeks_OpensEachOnce()
    {
        await fixture.ReadyAsync();
        var ask = Reads.Single(read => read.Read == "list: status without hits").Ask;

        var plans = await fixture.ExplainAsync(connection => ask(fixture, connection));

        Assert.All(plans, plan => Assert.DoesNotMatch("\"Subplans Removed\": [1-9]", plan.Text));
        var weeks = plans.SelectMany(plan => plan.Nodes.Select(node => node.Relation).Where(relation => relation?.StartsWith("runs_w") == true).Distinct()).ToList();
        Assert.True(weeks.Count > 1);
        Assert.Distinct(weeks);
    }

    static bool IsLong(string relation) => relation.Contains("_w2026", StringComparison.Ordinal) || relation is "flow_stats_hourly" or "idempotency_keys" or "occurrences";

    static RunQuery Page(params RunStatus[] statuses) => new() { Limit = 100, Statuses = [.. statuses] };
}
