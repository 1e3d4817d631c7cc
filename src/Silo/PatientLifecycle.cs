using FlowRuns.Storage;
using Orleans.Runtime;

namespace FlowRuns.Silo;

/// <summary>A silo's lifecycle whose start waits for a database that is away, instead of ending the process with it.</summary>
/// <remarks>A stage begins anew what the database has not answered. What asks it there, the tables of members and reminders, the grain storage and a change of the own status, may be asked again.</remarks>
sealed class PatientLifecycle(ILogger<SiloLifecycleSubject> logger, Patience patience) : SiloLifecycleSubject(logger)
{
    public override IDisposable Subscribe(string observerName, int stage, ILifecycleObserver observer) =>
        base.Subscribe(observerName, stage, new Observer(observer, patience));

    sealed class Observer(ILifecycleObserver observer, Patience patience) : ILifecycleObserver
    {
        public Task OnStart(CancellationToken cancellationToken = default) =>
            patience.RepeatAsync(() => observer.OnStart(cancellationToken), StoreFailures.IsUnavailable, cancellationToken);

        public Task OnStop(CancellationToken cancellationToken = default) => observer.OnStop(cancellationToken);
    }
}
