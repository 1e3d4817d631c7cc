using System.Text.Json;
using FlowRuns.Json;
using FlowRuns.Projects;
using FlowRuns.Storage;

namespace FlowRuns.Grains.Tests.Projects;

[Collection(ClusterCollection.Name)]
public sealed class ProjectGrainTests(ClusterFixture cluster) : IDisposable
{
    readonly IProjectGrain _project = cluster.Grains.GetGrain<IProjectGrain>(ProjectId.New(TimeProvider.System.GetUtcNow()).ToString());

    public void Dispose() => cluster.Calls.Fault = _ => null;

    [Fact]
    public async Task ImportKey_DiedBetweenItsTwoWrites_WorksOnceItIsRepeated()
    {
        const string Key = "fs_live_0123456789abcdef0123456789abcdef";
        await _project.CreateAsync("Some project");
        cluster.Calls.Fault = call => call.MethodName == nameof(IApiKeyGrain.GrantAsync) ? new StoreUnavailableException("away") : null;
        await Assert.ThrowsAnyAsync<Exception>(() => _project.ImportKeyAsync("Bootstrap", Key));
        cluster.Calls.Fault = _ => null;

        await _project.ImportKeyAsync("Bootstrap", Key);

        var key = Assert.Single(await _project.ListKeysAsync());
        Assert.Equal(key.Id, (await cluster.Grains.GetGrain<IApiKeyGrain>(IApiKeyGrain.KeyOf(Key)).AuthenticateAsync())?.Id);
    }

    [Fact]
    public async Task TestConnection_ServerDoesNotAnswer_KeepsNobodyWaiting()
    {
        var (asked, answer) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var server = await StandIn.StartAsync(_ =>
        {
            asked.SetResult();
            return answer.Task;
        });
        await _project.CreateAsync("Some project");
        var connection = await _project.PutConnectionAsync(new ConnectionDefinition { Name = "slow", App = "http", Value = JsonData.Of(JsonSerializer.SerializeToElement(new { baseUrl = server.Url })) });

        var test = _project.TestConnectionAsync(connection.Id);
        await asked.Task;
        Assert.NotNull(await _project.FindConnectionAsync("slow").WaitAsync(TimeSpan.FromSeconds(20)));
        answer.SetResult();

        Assert.True((await test).Success);
    }
}
