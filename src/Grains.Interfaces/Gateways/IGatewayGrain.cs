namespace FlowRuns.Gateways;

/// <summary>For gateways that are no silos: shows that the cluster answers. Stateless: any key reaches a worker.</summary>
[Alias("flowruns.IGatewayGrain")]
public interface IGatewayGrain : IGrainWithStringKey
{
    /// <summary>What page cursors are signed with: the same for all gateways, so that any of them continues a list.</summary>
    [Alias("get-cursor-key")]
    Task<byte[]> GetCursorKeyAsync();
}
