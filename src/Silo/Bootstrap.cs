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

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // The silo is a member by now and has runs of its own: a database or another silo that is away for a moment is no reason to leave with them.
        string? shown = null;
        await patience.RepeatAsync(
            async () => shown = await PrepareAsync(),
            e => e is RequestRefusedException { Reason: RefusalReason.Unavailable } or OrleansException or TimeoutException,
            cancellationToken);

        lifetime.ApplicationStarted.Register(() => Announce(shown));
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Returns the key to show, if one was made.</summary>
    async Task<string?> PrepareAsync()
    {
        var project = grains.GetGrain<IProjectGrain>(ProjectId.Default.ToString());
        await project.CreateAsync("Default");

        if (configuration[Key] is { Length: > 0 } given)
            await project.ImportKeyAsync("Bootstrap", IApiKeyGrain.IsKey(given) ? given : throw new StartupException($"{Key} must be 32 to 128 letters, digits and _ that start with fs_live_ or fs_test_."));
        else if ((await project.ListKeysAsync()).IsEmpty)
            return (await project.CreateKeyAsync("Bootstrap", ApiKeyScope.Admin, expires: null)).Key;
        return null;
    }

    void Announce(string? key)
    {
        foreach (var address in server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [])
            Console.WriteLine($"FlowRuns listens on {address}{(configuration.ReadRole() == Role.All ? $" (API description: {address}/docs)" : " (health only)")}");
        if (key is not null)
            Console.WriteLine($"Admin key of the default project, shown only this once: {key}");
    }
}
