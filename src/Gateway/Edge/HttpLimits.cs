namespace FlowRuns.Gateway.Edge;

/// <summary>What one client may ask of the HTTP server, from <c>FlowRuns:Http</c>.</summary>
sealed class HttpLimits
{
    public const string Section = "FlowRuns:Http";

    /// <summary>The largest request body, 1 KiB to 100 MiB; a larger one is answered with 413.</summary>
    public long MaxBodyBytes { get; set; } = 1024 * 1024;

    /// <summary>Open connections at a time, 1 to 1,000,000; further ones are closed at once.</summary>
    public long MaxConcurrentConnections { get; set; } = 10_000;

    /// <summary>All header lines of a request together, 1 KiB to 1 MiB; more is answered with 431.</summary>
    public int MaxHeaderBytes { get; set; } = 32 * 1024;

    /// <summary>How long a connection may rest between requests, one second to one hour.</summary>
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Addresses and networks of the proxies before this server, separated by commas; only they may say whom they speak for. Empty trusts none.</summary>
    public string TrustedProxies { get; set; } = "";

    /// <summary>How long a process that was told to stop still answers, though it is not ready any more, so that load balancers turn away first: 0 to one minute.</summary>
    public TimeSpan ShutdownDelay { get; set; }
}
