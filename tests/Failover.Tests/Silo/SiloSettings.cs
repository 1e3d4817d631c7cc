using System.Net;

namespace FlowRuns.Failover.Tests.Silo;

/// <summary>How a silo is started; the same settings start it again on the same data.</summary>
sealed record SiloSettings
{
    public required string DataDirectory { get; init; }

    /// <summary>The program's main file: a silo, a gateway, or another build of either.</summary>
    public string Program { get; init; } = Repository.Silo;

    /// <summary>For HTTP, silo and clients.</summary>
    public int[] Ports { get; init; } = FreePorts.Take(3);

    /// <summary>Where it listens.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>In which <see cref="Address"/> is; null for the machine's own.</summary>
    public string? NetworkNamespace { get; init; }

    public string Key { get; init; } = "fs_live_failover_tests_0123456789abcdef";

    /// <summary><c>host:port</c> of the sink that steps may reach.</summary>
    public string? Egress { get; init; }

    /// <summary>A PostgreSQL for the cluster profile; null for the embedded one.</summary>
    public string? ConnectionString { get; init; }

    /// <summary>Networks whose <c>X-Forwarded-For</c> counts.</summary>
    public string? TrustedProxies { get; init; }

    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Further environment variables; they win over the others.</summary>
    public IReadOnlyDictionary<string, string> More { get; init; } = new Dictionary<string, string>();

    public Uri Url => new($"http://{Address}:{Ports[0]}");

    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>([.. Usual.Where(usual => !More.ContainsKey(usual.Key)), .. More]);

    Dictionary<string, string> Usual => new()
    {
        ["ASPNETCORE_URLS"] = $"http://{Address}:{Ports[0]}",
        ["Orleans__Endpoints__AdvertisedIPAddress"] = $"{Address}",
        ["Orleans__Endpoints__SiloPort"] = $"{Ports[1]}",
        ["Orleans__Endpoints__GatewayPort"] = $"{Ports[2]}",
        ["FlowRuns__DataDirectory"] = DataDirectory,
        ["FlowRuns__EncryptionKeyFile"] = Path.Combine(DataDirectory, "encryption.key"),
        ["FlowRuns__BootstrapKey"] = Key,
        ["FlowRuns__Egress__Allow"] = Egress ?? "",
        ["FlowRuns__Http__TrustedProxies"] = TrustedProxies ?? "",
        ["FlowRuns__Runs__DrainTimeout"] = DrainTimeout.ToString("c"),
        ["FlowRuns__RateLimit__RequestsPerHour"] = "1000000000",
        ["ConnectionStrings__FlowRuns"] = ConnectionString ?? "",
    };
}
