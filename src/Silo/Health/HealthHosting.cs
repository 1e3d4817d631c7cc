using static FlowRuns.Gateway.Host.Health;

namespace FlowRuns.Silo;

/// <summary>What a silo's readiness asks: silo, journal and database.</summary>
static class HealthHosting
{
    public static IServiceCollection AddHealth(this IServiceCollection services)
    {
        services.AddSingleton<StoreHealth>();
        services.AddHealthChecks()
            .AddCheck<StartupHealth>("start", tags: [Starting])
            .AddCheck<SiloHealth>("silo", tags: [Ready])
            .AddCheck<JournalHealth>("journal", tags: [Ready])
            .AddCheck<StoreHealth>("store", tags: [Ready], timeout: TimeSpan.FromSeconds(2));
        return services;
    }
}
