using FlowRuns.Errors;
using FlowRuns.Gateway.Runs;
using FlowRuns.Runs;
using FlowRuns.Triggers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace FlowRuns.Gateway.Tests;

public sealed class RunListParametersTests
{
    [Fact]
    public void Read_Nothing_AsksForTheTenNewest()
    {
        var list = Read("");

        Assert.Equal(10, list.Query.Limit);
        Assert.Empty(list.Query.Statuses);
        Assert.Null(list.Query.TriggerType);
        Assert.Null(list.Cursor);
    }

    [Fact]
    public void Read_Everything_IsUnderstood()
    {
        var list = Read("?limit=100&status=FAILED,CANCELED,FAILED&triggerType=SCHEDULE&startedAfter=2026-04-21T09:00:00Z&startedBefore=2026-04-21T11:00:02.34%2B02:00&cursor=abc&somethingElse=1&somethingElse=2");

        Assert.Equal(100, list.Query.Limit);
        Assert.Equal([RunStatus.Failed, RunStatus.Canceled], list.Query.Statuses);
        Assert.Equal(TriggerType.Schedule, list.Query.TriggerType);
        Assert.Equal(DateTimeOffset.Parse("2026-04-21T09:00:00Z"), list.Query.StartedAfter);
        Assert.Equal(DateTimeOffset.Parse("2026-04-21T09:00:02.340Z"), list.Query.StartedBefore);
        Assert.Equal("abc", list.Cursor);
    }

    [Theory]
    [InlineData("?limit=0", "limit", "'0' is not a whole number from 1 to 100.")]
    [InlineData("?limit=101", "limit", "'101' is not a whole number from 1 to 100.")]
    [InlineData("?limit=-1", "limit", "'-1' is not a whole number from 1 to 100.")]
    [InlineData("?limit=", "limit", "'' is not a whole number from 1 to 100.")]
    [InlineData("?limit=1e1", "limit", "'1e1' is not a whole number from 1 to 100.")]
    [InlineData("?limit=99999999999", "limit", "'99999999999' is not a whole number from 1 to 100.")]
    [InlineData("?limit=5&limit=6", "limit", "is given 2 times; give it once.")]
    [InlineData("?status=running", "status", "'running' is not one of RUNNING, SUCCEEDED, FAILED, CANCELED.")]
    [InlineData("?status=RUNNING,", "status", "'' is not one of RUNNING, SUCCEEDED, FAILED, CANCELED.")]
    [InlineData("?status=0", "status", "'0' is not one of RUNNING, SUCCEEDED, FAILED, CANCELED.")]
    [InlineData("?triggerType=CRON", "triggerType", "'CRON' is not one of SCHEDULE, WEBHOOK, MANUAL, FLOW, RETRY.")]
    [InlineData("?startedAfter=yesterday", "startedAfter", "'yesterday' is not a time such as 2026-04-21T09:00:00Z.")]
    [InlineData("?startedBefore=2026-04-21T09:00:00", "startedBefore", "'2026-04-21T09:00:00' is not a time such as 2026-04-21T09:00:00Z.")]
    [InlineData("?failedStep=x", "failedStep", "is not supported by this version.")]
    public void Read_WrongValue_NamesParameterValueAndWayOut(string query, string parameter, string message)
    {
        var refused = Assert.Throws<RequestRefusedException>(() => Read(query));

        Assert.Equal([new FieldError(parameter, message)], refused.Details);
    }

    [Fact]
    public void Read_SeveralWrongValues_NamesAll()
    {
        var refused = Assert.Throws<RequestRefusedException>(() => Read("?limit=0&status=x&startedAfter=y"));

        Assert.Equal(["limit", "status", "startedAfter"], refused.Details.Select(detail => detail.Field));
    }

    static RunListParameters Read(string query) => RunListParameters.Read(new QueryCollection(QueryHelpers.ParseQuery(query)));
}
