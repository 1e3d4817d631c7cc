using System.Net;
using FlowRuns.Failover.Tests.Silo;
using FlowRuns.Grains.Tests;
using FlowRuns.Operations.Tests.Health;

namespace FlowRuns.Operations.Tests.Dashboard;

/// <summary><c>/dashboard</c> of a gateway of its own, in Development, where the log stream is open to those who may see the rest.</summary>
[Collection(SiloCollection.Name)]
public sealed class GatewayDashboardTests(PostgresServer server) : IAsyncLifetime
{
    static readonly (string, string) Enabled = ("FlowRuns__Dashboard__Enabled", "true");
    static readonly string[] Paths = ["/dashboard/", "/dashboard/index.min.js", "/dashboard/DashboardCounters", "/dashboard/ClusterStats", "/dashboard/Trace"];

    FragileCluster _cluster = null!;

    public async ValueTask InitializeAsync() => _cluster = await FragileCluster.CreateAsync(server);

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task EveryPage_OfAGateway_IsClosedWithoutAKeyAndOpenAfterALogin()
    {
        var (settings, front) = (_cluster.Settings(Enabled, ("FlowRuns__Role", "Silo")), _cluster.Settings(Enabled, ("ASPNETCORE_ENVIRONMENT", "Development")) with { Program = Repository.GatewayDll });
        using var silo = await SiloProcess.StartReadyAsync(settings);
        using var gateway = await SiloProcess.StartReadyAsync(front);
        using var dashboard = new DashboardClient(front.Url);
        using var siloDashboard = new DashboardClient(settings.Url);

        using var login = await dashboard.LogInAsync(front.Key);
        var session = ("Cookie", Assert.Single(login.Headers.GetValues("Set-Cookie")).Split(';')[0]);
        foreach (var path in Paths)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await dashboard.StatusAsync(path));
            Assert.Equal(HttpStatusCode.OK, await dashboard.StatusAsync(path, session));
        }

        using var counters = await dashboard.SendAsync("/dashboard/DashboardCounters", session);
        Assert.Contains($"127.0.0.1:{settings.Ports[1]}", await counters.Content.ReadAsStringAsync());
        using var script = await dashboard.SendAsync("/dashboard/index.min.js", session, ("Accept-Encoding", "br"));
        Assert.Equal(["br"], script.Content.Headers.ContentEncoding);
        Assert.Equal(HttpStatusCode.NotFound, await siloDashboard.StatusAsync("/dashboard/", session));
    }
}
