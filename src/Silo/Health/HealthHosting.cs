using FlowRuns.Gateway.Host;

namespace FlowRuns.Silo;

/// <summary>What a silo's readiness asks: silo, journal and database.</summary>
static class HealthHosting
{
    public static IServiceCollection AddHealth(this IServiceCollection services)
    {
        services.AddSingleton<StoreHealth>();
        services.AddHealthChecks()
            .AddCheck<StartupHealth>("start", tags: [Health.Startup])
            .AddCheck<SiloHealth>("silo", tags: [Health.Ready])
            .AddCheck<JournalHealth>("journal", tags: [Health.Ready])
            .AddCheck<StoreHealth>("store", tags: [Health.Ready], timeout: TimeSpan.FromSeconds(2));
        return services;
    }
}
