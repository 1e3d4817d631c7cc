using Orleans.Runtime;

namespace FlowRuns.Grains.Tests;

/// <summary>Lets a test fail calls to grains.</summary>
sealed class FaultyCalls : IIncomingGrainCallFilter
{
    /// <summary>What the call shall fail with; null lets it through.</summary>
    public Func<IIncomingGrainCallContext, Exception?> Fault { get; set; } = _ => null;

    public Task Invoke(IIncomingGrainCallContext context) => Fault(context) is { } fault ? Task.FromException(fault) : context.Invoke();
}
