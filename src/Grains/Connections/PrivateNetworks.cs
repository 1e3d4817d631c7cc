using System.Collections.Immutable;
using System.Net;

namespace FlowRuns.Connections;

/// <summary>Addresses that mean nothing, or something private, on the internet: the special-purpose registries of IANA (RFC 6890), multicast, and the clouds' metadata addresses.</summary>
/// <remarks>Every IPv6 range that embeds an IPv4 address (mapped, compatible, NAT64, 6to4, Teredo) is among them as a whole.</remarks>
static class PrivateNetworks
{
    static readonly ImmutableArray<IPNetwork> All =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
            "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
            "::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16",
            "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
        }.Select(IPNetwork.Parse),
    ];

    public static bool Contain(IPAddress address)
    {
        foreach (var network in All)
        {
            if (network.Contains(address))
                return true;
        }

        return false;
    }
}
