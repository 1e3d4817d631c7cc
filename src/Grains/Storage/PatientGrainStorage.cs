using Orleans.Runtime;
using Orleans.Storage;

namespace FlowRuns.Storage;

/// <summary>The default grain storage, for grains that are to be activated even if their state cannot be read: as <see cref="Unloaded"/>.</summary>
sealed class PatientGrainStorage(IGrainStorage storage, IGrainContextAccessor activation, TimeProvider clock) : IGrainStorage
{
    public const string Name = "patient";

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        try
        {
            // A read that comes late must not touch what the activation holds by then.
            var read = new GrainState<T>();
            await storage.ReadStateAsync(stateName, grainId, read).WaitAsync(Unloaded.Patience, clock);
            (grainState.State, grainState.ETag, grainState.RecordExists) = (read.State!, read.ETag, read.RecordExists);
        }
        catch (Exception e) when (StoreFailures.IsUnavailable(e))
        {
            Unloaded.Mark(activation.GrainContext, clock);
        }
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => storage.WriteStateAsync(stateName, grainId, grainState);

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => storage.ClearStateAsync(stateName, grainId, grainState);
}
