using Orleans.Runtime;

namespace FlowRuns.Grains.Tests;

/// <summary>Lets a test fail calls to grains, or hold them up.</summary>
sealed class FaultyCalls : IIncomingGrainCallFilter
{
    /// <summary>What the call shall fail with; null lets it through.</summary>
    public Func<IIncomingGrainCallContext, Exception?> Fault { get; set; } = _ => null;

    /// <summary>What the call has to wait for.</summary>
    public Func<IIncomingGrainCallContext, Task> Before { get; set; } = _ => Task.CompletedTask;

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        await Before(context);
        if (Fault(context) is { } fault)
            throw fault;
        await context.Invoke();
    }
}
