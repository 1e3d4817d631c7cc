using System.Net;
using FlowRuns.Failover.Tests.Silo;
using FlowRuns.Grains.Tests;

namespace FlowRuns.Operations.Tests.Kubernetes;

/// <summary>The published hosts, started as the manifests say: do they become ready, serve, drain, and end within their grace period?</summary>
[Collection(SiloCollection.Name)]
public sealed class PodTests(PublishedHosts published, PostgresServer postgres) : IClassFixture<PublishedHosts>
{
    const string Flow = """
        name: First
        trigger: { type: MANUAL }
        steps:
          - { name: Greet, type: text.format, input: { text: "Hello {{ trigger.body }}" } }
        """;

    [Fact]
    public async Task DevOverlay_StartedAsItsManifestsSay_ServesThroughItsGatewayAndDrainsInTime()
    {
        var manifests = await Manifests.RenderAsync("overlays/dev");
        var own = new Dictionary<string, string> { ["ConnectionStrings__FlowRuns"] = $"{await postgres.NewDatabaseAsync()};Timeout=20;Command Timeout=20" };
        using var silo = Pod.Start(manifests, "flowruns-silo", published, own);
        Assert.True(await silo.SucceedsAsync(container => container.StartupProbe), silo.Output);
        Assert.True(await silo.SucceedsAsync(container => container.ReadinessProbe), silo.Output);
        using var gateway = Pod.Start(manifests, "flowruns-gateway", published, own);
        Assert.True(await gateway.SucceedsAsync(container => container.StartupProbe), gateway.Output);
        Assert.True(await gateway.SucceedsAsync(container => container.ReadinessProbe), gateway.Output);
        Assert.True(await gateway.SucceedsAsync(container => container.LivenessProbe), gateway.Output);

        var key = PodSettings.Of(manifests, manifests.Pod("flowruns-silo").Spec.Containers.Single())["FlowRuns__BootstrapKey"];
        using var api = new SiloApi(gateway.Url, key);
        await RunAsync(api, await api.CreateFlowAsync(Flow));
        using var notServed = await api.Http.GetAsync(new Uri(silo.Url, "/api/v1/flows"));
        Assert.Equal(HttpStatusCode.NotFound, notServed.StatusCode);

        await DrainAsync(gateway);
        await DrainAsync(silo);
    }

    [Fact]
    public async Task EmbeddedOverlay_StartedAsItsManifestSays_ServesAndDrainsInTime()
    {
        var manifests = await Manifests.RenderAsync("overlays/embedded");
        const string key = "fs_live_pods_0123456789abcdef0123456789";
        using var silo = Pod.Start(manifests, "flowruns", published, new Dictionary<string, string> { ["FlowRuns__BootstrapKey"] = key });
        Assert.True(await silo.SucceedsAsync(container => container.StartupProbe), silo.Output);
        Assert.True(await silo.SucceedsAsync(container => container.ReadinessProbe), silo.Output);

        using var api = new SiloApi(silo.Url, key);
        await RunAsync(api, await api.CreateFlowAsync(Flow));

        await DrainAsync(silo);
    }

    static async Task RunAsync(SiloApi api, string flow)
    {
        var run = await api.PostAsync($"/api/v1/flows/{flow}/runs?wait=30", new { data = "pod" });
        Assert.Equal("SUCCEEDED", run.GetProperty("status").GetString());
    }

    /// <summary>Told to stop, it is not ready any more but still answers, and then ends by itself.</summary>
    static async Task DrainAsync(Pod pod)
    {
        await pod.TerminateAsync();
        await Eventually.SeeAsync(() => pod.SucceedsAsync(container => container.ReadinessProbe), isReady => !isReady);
        Assert.Equal(0, await pod.ExitAsync());
    }
}
