using FlowRuns.Gateway.Host;
using FlowRuns.Projects;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace FlowRuns.Silo;

/// <summary>Makes the default project with its first admin key, and says where the product can be reached.</summary>
sealed class Bootstrap(IGrainFactory grains, IConfiguration configuration, IServer server, IHostApplicationLifetime lifetime) : IHostedService
{
    const string Key = "FlowRuns:BootstrapKey";

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var project = grains.GetGrain<IProjectGrain>(ProjectId.Default.ToString());
        await project.CreateAsync("Default");

        string? shown = null;
        if (configuration[Key] is { Length: > 0 } given)
            await project.ImportKeyAsync("Bootstrap", IApiKeyGrain.IsKey(given) ? given : throw new StartupException($"{Key} must be 32 to 128 letters, digits and _ that start with fs_live_ or fs_test_."));
        else if ((await project.ListKeysAsync()).IsEmpty)
            shown = (await project.CreateKeyAsync("Bootstrap", ApiKeyScope.Admin, expires: null)).Key;

        lifetime.ApplicationStarted.Register(() => Announce(shown));
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    void Announce(string? key)
    {
        foreach (var address in server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [])
            Console.WriteLine($"FlowRuns listens on {address}{(configuration.ReadRole() == Role.All ? $" (API description: {address}/docs)" : " (health only)")}");
        if (key is not null)
            Console.WriteLine($"Admin key of the default project, shown only this once: {key}");
    }
}
