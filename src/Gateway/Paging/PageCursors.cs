using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using FlowRuns.Errors;
using Microsoft.Extensions.Options;

namespace FlowRuns.Gateway.Paging;

/// <summary>Makes and opens cursors: the id of the last row, signed together with what the list was asked for.</summary>
sealed class PageCursors(IOptions<GatewayOptions> options)
{
    const byte Version = 1;
    const int IdBytes = 16;
    const int HeadBytes = 1 + IdBytes;
    const int SignatureBytes = 16;

    // 33 bytes are 44 characters without a spare bit, so no two texts stand for the same cursor.
    const int Length = (HeadBytes + SignatureBytes) / 3 * 4;

    readonly byte[] _ownKey = RandomNumberGenerator.GetBytes(32);

    // Read each time: a gateway learns the key from the silos, and the next one once it changes.
    byte[] Key => options.Value.CursorKey ?? _ownKey;

    /// <param name="last">The id of the last row of the page.</param>
    /// <param name="scope">Everything that the list is bound to, in a form in which different lists differ.</param>
    public string Seal(Guid last, string scope)
    {
        Span<byte> cursor = stackalloc byte[HeadBytes + SignatureBytes];
        cursor[0] = Version;
        last.TryWriteBytes(cursor[1..HeadBytes], bigEndian: true, out _);
        Sign(cursor[..HeadBytes], scope, cursor[HeadBytes..]);
        return Base64Url.EncodeToString(cursor);
    }

    /// <summary>The last row of the page before; refused when the cursor was not made here for this very list.</summary>
    public Guid Open(string cursor, string scope) => TryOpen(cursor, scope, out var last)
        ? last
        : throw new RequestRefusedException([new FieldError("cursor", "This cursor was not given out for this list with these filters; start again without one.")]);

    public bool TryOpen(string cursor, string scope, out Guid last)
    {
        last = default;
        Span<byte> bytes = stackalloc byte[HeadBytes + SignatureBytes];
        if (cursor.Length != Length || Base64Url.DecodeFromChars(cursor, bytes, out _, out var written) != OperationStatus.Done || written != bytes.Length || bytes[0] != Version)
            return false;

        Span<byte> signature = stackalloc byte[SignatureBytes];
        Sign(bytes[..HeadBytes], scope, signature);
        if (!CryptographicOperations.FixedTimeEquals(bytes[HeadBytes..], signature))
            return false;

        last = new Guid(bytes[1..HeadBytes], bigEndian: true);
        return true;
    }

    void Sign(ReadOnlySpan<byte> head, string scope, Span<byte> signature)
    {
        byte[] signed = [.. head, .. Encoding.UTF8.GetBytes(scope)];
        Span<byte> full = stackalloc byte[SHA256.HashSizeInBytes];
        HMACSHA256.HashData(Key, signed, full);
        full[..SignatureBytes].CopyTo(signature);
    }
}
