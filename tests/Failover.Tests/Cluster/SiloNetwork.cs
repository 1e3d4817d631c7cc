using System.ComponentModel;
using System.Diagnostics;
using System.Net;

namespace FlowRuns.Failover.Tests.Cluster;

/// <summary>A network namespace for each silo, joined by a bridge, so that silos can lose each other while all of them reach the database.</summary>
sealed class SiloNetwork : IAsyncDisposable
{
    // 198.18.0.0/15 is set aside for tests of networks (RFC 2544).
    static readonly string Subnet = $"198.{18 + (Environment.ProcessId / 256 % 2)}.{Environment.ProcessId % 256}";
    static readonly string Bridge = $"fr{Environment.ProcessId}";

    readonly int count;

    SiloNetwork(int count) => this.count = count;

    /// <summary>Where the silos reach what runs outside of the namespaces.</summary>
    public static IPAddress Outside { get; } = IPAddress.Parse($"{Subnet}.1");

    /// <summary>null where namespaces cannot be made: that takes root, and the program <c>ip</c>.</summary>
    public static async Task<SiloNetwork?> TryCreateAsync(int count)
    {
        if (!Environment.IsPrivilegedProcess)
            return null;

        var network = new SiloNetwork(count);
        try
        {
            await IpAsync($"link add {Bridge} type bridge");
            await IpAsync($"addr add {Outside}/24 dev {Bridge}");
            await IpAsync($"link set {Bridge} up");
            for (var silo = 0; silo < count; silo++)
                await network.AddAsync(silo);
            return network;
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException)
        {
            await network.DisposeAsync();
            return null;
        }
    }

    public static IPAddress AddressOf(int silo) => IPAddress.Parse($"{Subnet}.{silo + 2}");

    public static string NamespaceOf(int silo) => $"{Bridge}-{silo}";

    /// <summary>Nothing passes any more between this silo and the others, in neither direction; connections that are open stay open, in silence.</summary>
    public Task CutOffAsync(int silo) => ForPeersAsync(silo, "add");

    public Task RejoinAsync(int silo) => ForPeersAsync(silo, "del");

    public async ValueTask DisposeAsync()
    {
        for (var silo = 0; silo < count; silo++)
            await IpAsync($"netns del {NamespaceOf(silo)}", mayFail: true);
        await IpAsync($"link del {Bridge}", mayFail: true);
    }

    async Task AddAsync(int silo)
    {
        var (name, outer, inner) = (NamespaceOf(silo), $"{Bridge}o{silo}", $"{Bridge}i{silo}");
        await IpAsync($"netns add {name}");
        await IpAsync($"link add {outer} type veth peer name {inner}");
        await IpAsync($"link set {inner} netns {name}");
        await IpAsync($"link set {outer} master {Bridge} up");
        await IpAsync($"-n {name} addr add {AddressOf(silo)}/24 dev {inner}");
        await IpAsync($"-n {name} link set {inner} up");
        await IpAsync($"-n {name} link set lo up");
    }

    async Task ForPeersAsync(int silo, string change)
    {
        foreach (var peer in Enumerable.Range(0, count).Where(peer => peer != silo))
        {
            await IpAsync($"-n {NamespaceOf(silo)} route {change} blackhole {AddressOf(peer)}/32");
            await IpAsync($"-n {NamespaceOf(peer)} route {change} blackhole {AddressOf(silo)}/32");
        }
    }

    static async Task IpAsync(string arguments, bool mayFail = false)
    {
        using var ip = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true, UseShellExecute = false })!;
        var errors = await ip.StandardError.ReadToEndAsync();
        await ip.WaitForExitAsync();
        if (ip.ExitCode != 0 && !mayFail)
            throw new InvalidOperationException($"ip {arguments}: {errors}");
    }
}
