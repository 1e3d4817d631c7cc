using FlowRuns.Connections;
using Orleans.Concurrency;

namespace FlowRuns.Gateways;

[GrainType("gateway"), StatelessWorker]
sealed class GatewayGrain(SecretBox secrets) : Grain, IGatewayGrain
{
    public Task<byte[]> GetCursorKeyAsync() => Task.FromResult(secrets.DeriveKey("cursor"));
}
