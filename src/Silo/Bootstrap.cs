using FlowRuns.Errors;
using FlowRuns.Gateway.Host;
using FlowRuns.Projects;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace FlowRuns.Silo;

/// <summary>Makes the default project with its first admin key, and says where the product can be reached.</summary>
sealed class Bootstrap(IGrainFactory grains, IConfiguration configuration, IServer server, IHostApplicationLifetime lifetime, Patience patience) : IHostedService
{
    const string Key = "FlowRuns:BootstrapKey";

    /// <summary>The key that this process makes, from when it may be stored: a repeat after an answer that was lost stores the same.</summary>
    string? _made;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // The silo is a member by now and has runs of its own: a database or another silo that is away for a moment is no reason to leave with them.
        await patience.RepeatAsync(
            PrepareAsync,
            e => e is RequestRefusedException { Reason: RefusalReason.Unavailable } or OrleansException or TimeoutException,
            cancellationToken);

        // At once: what may yet keep this process from starting, such as a port that is taken, must not keep the key from being seen.
        if (_made is not null)
            Console.WriteLine($"Admin key of the default project, shown only this once: {_made}");
        lifetime.ApplicationStarted.Register(Announce);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    async Task PrepareAsync()
    {
        var project = grains.GetGrain<IProjectGrain>(ProjectId.Default.ToString());
        await project.CreateAsync("Default");

        var given = configuration[Key];
        if (given is { Length: > 0 } && !IApiKeyGrain.IsKey(given))
            throw new StartupException($"{Key} must be 32 to 128 letters, digits and _ that start with fs_live_ or fs_test_.");
        if (given is not { Length: > 0 } && _made is null && (await project.ListKeysAsync()).IsEmpty)
            _made = IApiKeyGrain.NewKey();
        if ((given is { Length: > 0 } ? given : _made) is { } key)
            await project.ImportKeyAsync("Bootstrap", key);
    }

    void Announce()
    {
        foreach (var address in server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [])
            Console.WriteLine($"FlowRuns listens on {address}{(configuration.ReadRole() == Role.All ? $" (API description: {address}/docs)" : " (health and metrics only)")}");
    }
}
