using System.Security.Cryptography;
using System.Text;

namespace FlowRuns.Webhooks;

/// <summary>What a sender says that it signed: <paramref name="Prefix"/> and the body after it, with any of <paramref name="Signatures"/>.</summary>
/// <param name="Id">The sender's signed name of the event; null where the scheme has none.</param>
/// <param name="Time">When it was signed; null where the scheme does not sign a time.</param>
sealed record SignedContent(string Prefix, IReadOnlyCollection<byte[]> Signatures, string? Id = null, DateTimeOffset? Time = null)
{
    public const int SignatureBytes = HMACSHA256.HashSizeInBytes;

    public bool IsFresh(DateTimeOffset now, TimeSpan tolerance) => Time is not { } time || (now - time).Duration() <= tolerance;

    /// <summary>Takes the same time whichever key and signature fit.</summary>
    public bool IsSignedBy(IEnumerable<byte[]> keys, ReadOnlySpan<byte> body)
    {
        var fits = false;
        foreach (var key in keys)
        {
            using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
            var expected = Hash(hmac, body);
            foreach (var signature in Signatures)
                fits |= CryptographicOperations.FixedTimeEquals(expected, signature);
        }

        return fits;
    }

    /// <summary>Names the content: the same whichever key signed it, and however the signature was written.</summary>
    public string Fingerprint(ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        return Convert.ToHexStringLower(Hash(hash, body));
    }

    byte[] Hash(IncrementalHash hash, ReadOnlySpan<byte> body)
    {
        hash.AppendData(Encoding.UTF8.GetBytes(Prefix));
        hash.AppendData(body);
        return hash.GetHashAndReset();
    }
}
