using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using FlowRuns.Errors;
using FlowRuns.Flows;

namespace FlowRuns.Webhooks;

/// <summary>The addresses from which a webhook takes deliveries; none means from everywhere.</summary>
sealed class AllowedNetworks
{
    const int MaxCount = 200;
    const int MappedPrefix = 96;

    readonly ImmutableArray<IPNetwork> _networks;

    AllowedNetworks(IEnumerable<IPNetwork> networks)
    {
        _networks = [.. networks];
    }

    public ImmutableArray<string> Texts => [.. _networks.Select(network => network.ToString())];

    /// <exception cref="RequestRefusedException">With every entry that is neither an address nor a network.</exception>
    public static AllowedNetworks Parse(ImmutableArray<string> texts)
    {
        var errors = new FieldErrors();
        var networks = new List<IPNetwork>();
        if (texts.Length > MaxCount)
            errors.Add("allowedIPs", $"has {texts.Length} entries, {MaxCount} are allowed; join neighbours into larger networks");
        for (var i = 0; i < Math.Min(texts.Length, MaxCount); i++)
        {
            if (Find(texts[i], out var problem) is { } network)
                networks.Add(network);
            else
                errors.Add($"allowedIPs[{i}]", $"'{texts[i]}' {problem}");
        }

        if (errors.ToImmutable() is { IsEmpty: false } all)
            throw new RequestRefusedException(all);
        return new AllowedNetworks(networks.Distinct());
    }

    public bool Contain(string address)
    {
        if (_networks.IsEmpty)
            return true;
        if (!IPAddress.TryParse(address, out var sender))
            return false;
        var plain = sender.IsIPv4MappedToIPv6 ? sender.MapToIPv4() : sender;
        return _networks.Any(network => network.Contains(plain));
    }

    static IPNetwork? Find(string text, out string problem)
    {
        const string Way = "is not an IP address or network; write 203.0.113.7, 203.0.113.0/24 or 2001:db8::/32";
        problem = Way;
        var slash = text.IndexOf('/');
        var written = slash < 0 ? text : text[..slash];
        if (!IPAddress.TryParse(written, out var address) || text.Contains('%') || (address.AddressFamily == AddressFamily.InterNetwork && address.ToString() != written))
            return null;

        var bits = address.GetAddressBytes().Length * 8;
        var length = bits;
        if (slash >= 0 && (!int.TryParse(text.AsSpan(slash + 1), System.Globalization.NumberStyles.None, null, out length) || length > bits))
            return null;
        if (address.IsIPv4MappedToIPv6 && length >= MappedPrefix)
            (address, length) = (address.MapToIPv4(), length - MappedPrefix);

        var first = FirstOf(address, length);
        problem = $"has bits set beyond its prefix; the network is {first}/{length}";
        return first.Equals(address) ? new IPNetwork(address, length) : null;
    }

    static IPAddress FirstOf(IPAddress address, int length)
    {
        var bytes = address.GetAddressBytes();
        for (var bit = length; bit < bytes.Length * 8; bit++)
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        return new IPAddress(bytes);
    }
}
