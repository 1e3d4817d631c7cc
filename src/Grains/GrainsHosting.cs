using FlowRuns.Runs;
using FlowRuns.Schedules;
using FlowRuns.Steps;
using FlowRuns.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Metadata;
using Orleans.Providers;
using Orleans.Storage;

namespace FlowRuns;

/// <summary>The one place where the engine's parts are registered. The host adds an <see cref="IRunStore"/> and a <see cref="Connections.SecretBox"/>.</summary>
static class GrainsHosting
{
    // For requests under way before the drain, and for the silo's leave-taking after it.
    static readonly TimeSpan ShutdownMargin = TimeSpan.FromSeconds(20);

    // Within the margin, so that a grain that does not end cannot hold the silo beyond the host's patience.
    static readonly TimeSpan DeactivationTimeout = TimeSpan.FromSeconds(10);

    /// <summary>To be called before Orleans is added: hosts stop in reverse order, and the journal must outlive the silo's grains.</summary>
    public static IServiceCollection AddFlowRunsGrains(this IServiceCollection services)
    {
        services.AddSingleton<IGrainInterfaceTypeProvider, KnownGrainInterfaces>();
        services.AddRunJournal();
        services.AddOptionsFrom<RunOptions>(RunOptions.Section);
        services.AddOptionsFrom<RetentionOptions>(RetentionOptions.Section);
        services.AddOptions<HostOptions>().Configure<IOptions<RunOptions>>((host, runs) => host.ShutdownTimeout = runs.Value.DrainTimeout + ShutdownMargin);
        services.AddSingleton<ActiveRuns>();
        services.AddSingleton<RunPlacement>();
        services.AddSingleton<StepRunner>();
        services.AddSingleton<InstantRuns>();
        return services.AddSteps();
    }

    public static ISiloBuilder AddFlowRunsGrains(this ISiloBuilder silo)
    {
        silo.AddIncomingGrainCallFilter<StoreFailures>();
        silo.Services.AddKeyedSingleton<IGrainStorage>(
            PatientGrainStorage.Name,
            (services, _) => ActivatorUtilities.CreateInstance<PatientGrainStorage>(services, services.GetRequiredKeyedService<IGrainStorage>(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME)));
        silo.Configure<GrainCollectionOptions>(o => o.DeactivationTimeout = DeactivationTimeout);

        // It costs each stateless worker a timer of half a second: with one per flow that was asked for lately they took a whole core. Idle workers go with the other idle grains.
        silo.Configure<StatelessWorkerOptions>(o => o.RemoveIdleWorkers = false);
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, RunDrain>();
        return silo;
    }

    /// <summary>To be called after Orleans is added: the loops stop before the silo does.</summary>
    public static IServiceCollection AddFlowRunsLoops(this IServiceCollection services)
    {
        services.AddHostedService<RecoverySweep>();
        services.AddHostedService<ScheduleShards>();
        return services.AddHostedService<Retention>();
    }
}
