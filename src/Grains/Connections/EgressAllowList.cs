using System.Collections.Immutable;
using System.Net;

namespace FlowRuns.Connections;

/// <summary>The exceptions that the operator made for private addresses.</summary>
sealed class EgressAllowList
{
    readonly ImmutableArray<IPNetwork> _networks;
    readonly ImmutableHashSet<(string Host, int Port)> _hosts;

    EgressAllowList(ImmutableArray<IPNetwork> networks, ImmutableHashSet<(string Host, int Port)> hosts)
    {
        _networks = networks;
        _hosts = hosts;
    }

    public static EgressAllowList Of(EgressOptions options)
    {
        var networks = ImmutableArray.CreateBuilder<IPNetwork>();
        var hosts = ImmutableHashSet.CreateBuilder<(string, int)>();
        foreach (var entry in options.Allow)
        {
            if (TryParseNetwork(entry, out var network))
                networks.Add(network);
            else if (TryParseHost(entry, out var host))
                hosts.Add(host);
            else
                throw new FormatException(Problem(entry));
        }

        return new EgressAllowList(networks.ToImmutable(), hosts.ToImmutable());
    }

    /// <summary>What is wrong with an entry, null when nothing is.</summary>
    public static string? Problem(string entry)
    {
        return TryParseNetwork(entry, out _) || TryParseHost(entry, out _)
            ? null
            : $"{EgressOptions.Section}:Allow holds '{entry}', which is neither a network such as 10.1.0.0/16 nor a host and port such as hooks.internal:8443.";
    }

    /// <summary>Whether <paramref name="address"/>, to which <paramref name="host"/> resolved, is an exception.</summary>
    public bool Contains(string host, IPAddress address, int port)
    {
        return _networks.Any(network => network.Contains(address)) || _hosts.Contains((Normal(host), port)) || _hosts.Contains((address.ToString(), port));
    }

    static bool TryParseNetwork(string entry, out IPNetwork network)
    {
        if (IPNetwork.TryParse(entry, out network))
            return true;
        if (!IPAddress.TryParse(entry, out var address) || address.ToString() != entry)
            return false;

        network = new IPNetwork(address, address.GetAddressBytes().Length * 8);
        return true;
    }

    static bool TryParseHost(string entry, out (string Host, int Port) host)
    {
        var colon = entry.LastIndexOf(':');
        host = colon > 0 && int.TryParse(entry.AsSpan(colon + 1), out var port) ? (Normal(entry[..colon]), port) : default;
        return host.Port is >= 1 and <= ushort.MaxValue && Uri.CheckHostName(host.Host) != UriHostNameType.Unknown;
    }

    static string Normal(string host)
    {
        var bare = host.Trim('[', ']').TrimEnd('.');
        return IPAddress.TryParse(bare, out var address) ? address.ToString() : bare.ToLowerInvariant();
    }
}
