namespace FlowRuns.Gateway;

/// <summary>What the host hands to the gateway beside configuration.</summary>
public sealed class GatewayOptions
{
    public const int MinCursorKeyBytes = 16;

    /// <summary>Signs page cursors, at least <see cref="MinCursorKeyBytes"/> bytes. Give every gateway of a cluster the same one, also after a restart.</summary>
    /// <remarks>null makes a random one: cursors then end with the process and hold on this gateway only.</remarks>
    public byte[]? CursorKey { get; set; }

    /// <summary>Whether grains can be called at the moment. While they cannot, every request is answered with 503.</summary>
    public Func<bool> IsConnected { get; set; } = () => true;
}
