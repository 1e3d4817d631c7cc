using System.Data.Common;
using FlowRuns.Errors;
using Orleans.Storage;

namespace FlowRuns.Storage;

/// <summary>Turns every failure of a database behind a grain call into one refusal that callers know: unavailable, try again.</summary>
sealed class StoreFailures : IIncomingGrainCallFilter
{
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        try
        {
            await context.Invoke();
        }
        catch (Exception e) when (e is StoreUnavailableException or DbException or InconsistentStateException)
        {
            throw new RequestRefusedException(RefusalReason.Unavailable, "The database does not answer at the moment; try again.");
        }
    }
}
