using Microsoft.Extensions.DependencyInjection.Extensions;

namespace FlowRuns.Gateway.RateLimits;

static class RateLimitsHosting
{
    public static void AddRateLimits(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<HourlyWindows>();
        services.AddOptions<RateLimitOptions>()
            .BindConfiguration(RateLimitOptions.Section)
            .Validate(options => options.RequestsPerHour is >= 1 and <= 1_000_000_000, "FlowRuns:RateLimit:RequestsPerHour must be 1 to 1000000000.")
            .ValidateOnStart();
    }
}
