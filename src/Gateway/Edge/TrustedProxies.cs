using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace FlowRuns.Gateway.Edge;

/// <summary>Takes a caller's address and scheme from <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c>, but only as far as the operator's own proxies vouch for them.</summary>
static class TrustedProxies
{
    /// <summary>The networks of a list separated by commas; null when one is not a network.</summary>
    public static IReadOnlyList<IPNetwork>? Parse(string list)
    {
        var networks = new List<IPNetwork>();
        foreach (var text in list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (IPNetwork.TryParse(text, out var network))
                networks.Add(network);
            else if (IPAddress.TryParse(text, out var address))
                networks.Add(new IPNetwork(address, address.GetAddressBytes().Length * 8));
            else
                return null;
        }

        return networks;
    }

    public static void UseTrustedProxies(this WebApplication app, HttpLimits limits)
    {
        // Without any network the middleware would trust everybody.
        if (Parse(limits.TrustedProxies) is not { Count: > 0 } networks)
            return;

        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto, ForwardLimit = null };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in networks)
            options.KnownIPNetworks.Add(network);
        app.UseForwardedHeaders(options);
    }
}
