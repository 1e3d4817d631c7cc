using FlowRuns.Gateways;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Orleans.Runtime;

namespace FlowRuns.Gateway.Host;

/// <summary>Knows whether silos can be reached, and asks them for what this process shares with the other gateways.</summary>
sealed partial class ClusterLink(IServiceProvider services, TimeProvider time, ILogger<ClusterLink> logger)
    : BackgroundService, IClientConnectionRetryFilter, IHealthCheck
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    volatile bool _isUp;
    bool _isFirstFailureLogged;

    public bool IsUp => _isUp;

    public async Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken)
    {
        // What the calls below meet meanwhile is only that there is no connection, not why.
        if (!_isFirstFailureLogged)
            LogLost(exception.Message);
        _isFirstFailureLogged = true;
        await Task.Delay(Interval, time, cancellationToken);
        return true;
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_isUp ? HealthCheckResult.Healthy("connected") : HealthCheckResult.Unhealthy("no silo can be reached"));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var failures = 0; !stoppingToken.IsCancellationRequested;)
        {
            try
            {
                // Neither is injected: both need this object themselves.
                var grain = services.GetRequiredService<IGrainFactory>().GetGrain<IGatewayGrain>("gateway");
                services.GetRequiredService<IOptions<GatewayOptions>>().Value.CursorKey = await grain.GetCursorKeyAsync();
                failures = 0;
                Set(isUp: true);
            }
#pragma warning disable CA1031 // whatever stands between this process and the silos, it is tried again
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                // The first failure may be the end of one silo among others.
                if (++failures > 1)
                    Set(isUp: false, e.Message);
            }

            await Task.Delay(Interval, time, stoppingToken);
        }
    }

    void Set(bool isUp, string? reason = null)
    {
        if (isUp == _isUp)
            return;
        _isUp = isUp;
        if (isUp)
            LogConnected();
        else
            LogLost(reason);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Connected to the silos")]
    partial void LogConnected();

    [LoggerMessage(Level = LogLevel.Warning, Message = "No silo can be reached: {Reason}")]
    partial void LogLost(string? reason);
}
