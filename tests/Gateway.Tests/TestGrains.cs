using FlowRuns.Projects;

namespace FlowRuns.Gateway.Tests;

/// <summary>A cluster of a few known grains, for tests of what lies before the grains.</summary>
sealed class TestGrains : IGrainFactory
{
    readonly Dictionary<(Type, string), IAddressable> _grains = [];
    readonly Dictionary<Type, IAddressable> _forAll = [];

    public void Add<T>(string key, T grain)
        where T : IGrainWithStringKey => _grains[(typeof(T), key)] = grain;

    /// <summary>The grain for every key of its kind.</summary>
    public void AddForAll<T>(T grain)
        where T : IGrainWithStringKey => _forAll[typeof(T)] = grain;

    public void AddKey(string key, ApiKeyScope scope, ProjectId project = default)
    {
        var identity = new ApiKeyIdentity(ApiKeyId.New(DateTimeOffset.UnixEpoch), project, scope);
        Add<IApiKeyGrain>(IApiKeyGrain.KeyOf(key), new KnownKey(identity));
    }

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey
    {
        if (_grains.TryGetValue((typeof(TGrainInterface), primaryKey), out var grain) || _forAll.TryGetValue(typeof(TGrainInterface), out grain))
            return (TGrainInterface)grain;
        return typeof(TGrainInterface) == typeof(IApiKeyGrain) ? (TGrainInterface)(object)new KnownKey(null) : throw new NotSupportedException(primaryKey);
    }

    public TGrainInterface GetGrain<TGrainInterface>(Guid primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithGuidKey => throw new NotSupportedException();

    public TGrainInterface GetGrain<TGrainInterface>(long primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithIntegerKey => throw new NotSupportedException();

    public TGrainInterface GetGrain<TGrainInterface>(Guid primaryKey, string keyExtension, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithGuidCompoundKey => throw new NotSupportedException();

    public TGrainInterface GetGrain<TGrainInterface>(long primaryKey, string keyExtension, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithIntegerCompoundKey => throw new NotSupportedException();

    public TGrainObserverInterface CreateObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver => throw new NotSupportedException();

    public void DeleteObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver => throw new NotSupportedException();

    public IGrain GetGrain(Type grainInterfaceType, Guid grainPrimaryKey) => throw new NotSupportedException();

    public IGrain GetGrain(Type grainInterfaceType, long grainPrimaryKey) => throw new NotSupportedException();

    public IGrain GetGrain(Type grainInterfaceType, string grainPrimaryKey) => throw new NotSupportedException();

    public IGrain GetGrain(Type grainInterfaceType, Guid grainPrimaryKey, string keyExtension) => throw new NotSupportedException();

    public IGrain GetGrain(Type grainInterfaceType, long grainPrimaryKey, string keyExtension) => throw new NotSupportedException();

    public IAddressable GetGrain(Type grainInterfaceType, IdSpan grainKey) => throw new NotSupportedException();

    public IAddressable GetGrain(Type grainInterfaceType, IdSpan grainKey, string grainClassNamePrefix) => throw new NotSupportedException();

    public TGrainInterface GetGrain<TGrainInterface>(GrainId grainId)
        where TGrainInterface : IAddressable => throw new NotSupportedException();

    public IAddressable GetGrain(GrainId grainId) => throw new NotSupportedException();

    public IAddressable GetGrain(GrainId grainId, GrainInterfaceType interfaceType) => throw new NotSupportedException();

    sealed class KnownKey(ApiKeyIdentity? identity) : IApiKeyGrain
    {
        public Task<ApiKeyIdentity?> AuthenticateAsync() => Task.FromResult(identity);

        public Task GrantAsync(ApiKeyIdentity identity, DateTimeOffset? expires) => throw new NotSupportedException();

        public Task RevokeAsync() => throw new NotSupportedException();
    }
}
