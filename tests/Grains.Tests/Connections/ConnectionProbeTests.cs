using FlowRuns.Connections;
using FlowRuns.Projects;
using FlowRuns.Steps;
using FlowRuns.Steps.Slack;
using FlowRuns.Steps.Sql;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace FlowRuns.Grains.Tests;

public sealed class ConnectionProbeTests(PostgresServer server)
{
    static async Task<ConnectionTest> TryAsync(string app, object value, TimeProvider? time = null)
    {
        var options = Options.Create(new StepsOptions());
        using var guard = StandIn.OpenGuard();
        using var pools = new PostgresPools(options, TimeProvider.System);
        var probe = new ConnectionProbe(new PostgresQuery(pools, options), new SlackApi(guard, TimeProvider.System), guard, options, time ?? TimeProvider.System);
        return await probe.TryAsync(SomeConnection.To(app, value), CancellationToken.None);
    }

    [Fact]
    public async Task Postgres_Reachable_Succeeds()
    {
        Assert.Equal(new ConnectionTest(true, null), await TryAsync("postgresql", new { connectionString = await server.NewDatabaseAsync() }));
    }

    [Fact]
    public async Task Postgres_NoSuchDatabase_SaysSo()
    {
        var test = await TryAsync("postgresql", new { connectionString = $"{await server.NewDatabaseAsync()};Database=nowhere" });

        Assert.False(test.Success);
        Assert.Contains("3D000", test.Error);
    }

    [Fact]
    public async Task Sqlite_MissingOrNoDatabase_SaysSo()
    {
        var text = Path.GetTempFileName();
        await File.WriteAllTextAsync(text, new string('x', 2000));

        Assert.Contains("does not exist", (await TryAsync("sqlite", new { path = $"{text}.missing" })).Error);
        Assert.Contains("not a database", (await TryAsync("sqlite", new { path = text })).Error);
        File.Delete(text);
    }

    [Theory]
    [InlineData("""{ "ok": true }""", null)]
    [InlineData("""{ "ok": false, "error": "invalid_auth" }""", "invalid_auth: the token is not valid")]
    public async Task Slack_AuthTest_TellsWhetherTheTokenWorks(string answer, string? error)
    {
        await using var slack = await StandIn.StartAsync(context => context.Response.WriteAsync(answer));

        var test = await TryAsync("slack", new { token = "xoxb-1", baseUrl = slack.Url });

        Assert.Equal(error is null, test.Success);
        Assert.StartsWith(error ?? "", test.Error ?? "");
        Assert.Equal("/auth.test", Assert.Single(slack.Requests).Path);
    }

    [Theory]
    [InlineData(200, true)]
    [InlineData(405, true)]
    [InlineData(401, false)]
    [InlineData(403, false)]
    public async Task Http_Head_TellsWhetherTheCredentialsAreRefused(int status, bool success)
    {
        await using var api = await StandIn.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });

        Assert.Equal(success, (await TryAsync("http", new { baseUrl = api.Url, bearer = "tok-en" })).Success);
        Assert.Equal(("HEAD", "Bearer tok-en"), (Assert.Single(api.Requests).Method, api.Requests.Single().Headers["Authorization"]));
    }

    [Theory]
    [InlineData("http")]
    [InlineData("slack")]
    public async Task Http_NeverAnswers_FailsAfter30Seconds(string app)
    {
        var asked = new TaskCompletionSource();
        var time = new FakeTimeProvider();
        await using var silent = await StandIn.StartAsync(context =>
        {
            asked.SetResult();
            return Task.Delay(Timeout.Infinite, context.RequestAborted);
        });

        var test = TryAsync(app, new { baseUrl = silent.Url, token = "xoxb-1" }, time);
        await asked.Task;
        time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(new ConnectionTest(false, $"The {app} connection 'some' gave no answer within 30 seconds."), await test.WaitAsync(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task Http_NobodyListens_SaysSo()
    {
        Assert.False((await TryAsync("http", new { baseUrl = "http://127.0.0.1:1/" })).Success);
        Assert.True((await TryAsync("http", new { bearer = "tok-en" })).Success);
    }
}
