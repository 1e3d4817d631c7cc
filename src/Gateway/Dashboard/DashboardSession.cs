using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace FlowRuns.Gateway.Dashboard;

/// <summary>What a browser keeps instead of the admin key: which key it was, and until when, signed. The key itself is asked for again on every request.</summary>
/// <remarks>Signed with a key derived from the one for cursors, so that every gateway of a cluster knows the sessions of the others.</remarks>
sealed class DashboardSession(IOptions<GatewayOptions> options, TimeProvider time)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(8);

    readonly byte[] _ownSource = RandomNumberGenerator.GetBytes(32);

    /// <param name="grainKey">The key of the API key's grain.</param>
    public string Seal(string grainKey)
    {
        var content = $"{time.GetUtcNow().Add(Lifetime).ToUnixTimeSeconds()}.{grainKey}";
        return $"{content}.{Sign(content)}";
    }

    /// <summary>The key of the API key's grain; null when the text is not ours or too old.</summary>
    public string? Open(string text)
    {
        var end = text.LastIndexOf('.');
        if (end < 0 || !CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(text[(end + 1)..]), Encoding.UTF8.GetBytes(Sign(text[..end]))))
            return null;

        var dot = text.IndexOf('.');
        return long.Parse(text[..dot]) > time.GetUtcNow().ToUnixTimeSeconds() ? text[(dot + 1)..end] : null;
    }

    string Sign(string content)
    {
        // Read each time: a gateway of its own learns the shared key from the silos, and another one after these were set up anew.
        var key = HKDF.DeriveKey(HashAlgorithmName.SHA256, options.Value.CursorKey ?? _ownSource, 32, info: "dashboard session"u8.ToArray());
        return Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(content)));
    }
}
