using FlowRuns.Gateway.Dashboard;
using FlowRuns.Gateway.Telemetry;
using Orleans.Configuration;

namespace FlowRuns.Gateway.Host;

/// <summary>Makes the host a client of the silos that share its PostgreSQL.</summary>
static class ClusterClient
{
    // A silo that was killed answers no more: its callers must not wait for long. What takes longer says so in its contract.
    static readonly TimeSpan ResponseTimeout = TimeSpan.FromSeconds(5);
    static readonly TimeSpan GatewayListRefresh = TimeSpan.FromSeconds(5);

    public static void AddClusterClient(this WebApplicationBuilder builder)
    {
        if (builder.Configuration[DatabaseSetting.Name] is not { Length: > 0 } given)
            throw new StartupException($"{DatabaseSetting.Name} must be the Npgsql connection string of the database that the silos share.");
        DatabaseSetting.Check(given);

        builder.UseOrleansClient(client =>
        {
            client.Configure<ClusterOptions>(builder.Configuration.GetSection("Orleans").ReadNames);
            client.Configure<ClientMessagingOptions>(o => o.ResponseTimeout = ResponseTimeout);
            client.Configure<Orleans.Configuration.GatewayOptions>(o => o.GatewayListRefreshPeriod = GatewayListRefresh);
            client.UseAdoNetClustering(o =>
            {
                o.Invariant = "Npgsql";
                o.ConnectionString = $"Application Name=flowruns-gateway;Timeout=2;Command Timeout=2;Maximum Pool Size=2;{given}";
            });
            client.Services.AddSingleton<IClientConnectionRetryFilter>(services => services.GetRequiredService<ClusterLink>());
            client.AddFlowRunsDashboard(builder);
            if (builder.Configuration.HasTraces())
                client.AddActivityPropagation();
        });
        builder.Services.AddSingleton<ClusterLink>();
        builder.Services.AddHostedService(services => services.GetRequiredService<ClusterLink>());
        builder.Services.AddOptions<GatewayOptions>().Configure<ClusterLink>((o, link) => o.IsConnected = () => link.IsUp);
        builder.Services.AddHealthChecks().AddCheck<ClusterLink>("cluster", tags: [Health.Ready]).AddCheck<DrainHealth>("host", tags: [Health.Ready]);

        // The API answers, with 503, while the client still looks for a silo.
        builder.Services.Configure<HostOptions>(o => o.ServicesStartConcurrently = true);
    }
}
