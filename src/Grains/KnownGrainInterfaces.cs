using System.Collections.Concurrent;
using Orleans.Metadata;
using Orleans.Runtime;
using Orleans.Serialization.TypeSystem;

namespace FlowRuns;

/// <summary>Remembers what Orleans finds out about a grain interface: it would read the attributes and format the name anew in every <c>GetGrain</c>, which costs as much as a local call.</summary>
/// <remarks>Orleans asks its providers in order of registration: to be registered before Orleans.</remarks>
sealed class KnownGrainInterfaces(IServiceProvider services, TypeConverter names) : IGrainInterfaceTypeProvider
{
    readonly GrainInterfaceTypeResolver _resolver = new([new AttributeGrainInterfaceTypeProvider(services)], names);
    readonly ConcurrentDictionary<Type, GrainInterfaceType> _known = new();

    public bool TryGetGrainInterfaceType(Type type, out GrainInterfaceType grainInterfaceType)
    {
        grainInterfaceType = _known.GetOrAdd(type, _resolver.GetGrainInterfaceType);
        return true;
    }
}
