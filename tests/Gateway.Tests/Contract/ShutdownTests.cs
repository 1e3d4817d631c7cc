using FlowRuns.Failover.Tests.Silo;
using FlowRuns.Gateway.Tests.Server;

namespace FlowRuns.Gateway.Tests.Contract;

[Collection(ServerCollection.Name)]
public sealed class ShutdownTests : IDisposable
{
    readonly string _directory = Directory.CreateTempSubdirectory("flowruns-shutdown-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Stop_StepThatGoesOn_EndsAfterTheDrainTimeAndTheRunGoesOnAtTheNextStart()
    {
        await using var target = await StepTarget.StartAsync();
        var settings = new SiloSettings { DataDirectory = _directory, Egress = "127.0.0.1/32", DrainTimeout = TimeSpan.FromMilliseconds(100) };
        using var http = new HttpClient { BaseAddress = settings.Url };
        var api = new Api(http, settings.Key);
        using var first = await SiloProcess.StartReadyAsync(settings);
        var flow = await api.CreateFlowAsync(SomeYaml.Held(target.Url, "shutdown"));
        var run = await api.StartRunAsync(flow);
        await target.ArrivedAsync("shutdown");

        Assert.Equal(0, await first.StopAsync());
        Assert.DoesNotContain("failed to deactivate", first.Output);

        target.LetGo("shutdown");
        using var second = await SiloProcess.StartReadyAsync(settings);
        Assert.Equal("SUCCEEDED", (await api.EndedRunAsync(flow, run)).Text("status"));
        Assert.Equal(0, await second.StopAsync());
    }
}
