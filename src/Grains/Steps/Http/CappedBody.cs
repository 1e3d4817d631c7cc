using System.Buffers;

namespace FlowRuns.Steps.Http;

/// <summary>Reads an answer's body, after decompression, up to a limit.</summary>
static class CappedBody
{
    /// <returns>null when there is more than <paramref name="limit"/> bytes; the rest is not read.</returns>
    public static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpContent content, int limit, CancellationToken cancellationToken)
    {
        var (body, isWhole) = await ReadStartAsync(content, limit, cancellationToken);
        // A bare null would become an empty body.
        return isWhole ? body : default(ReadOnlyMemory<byte>?);
    }

    public static async Task<(ReadOnlyMemory<byte> Start, bool IsWhole)> ReadStartAsync(HttpContent content, int limit, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        var body = new ArrayBufferWriter<byte>();
        while (body.WrittenCount <= limit)
        {
            var read = await stream.ReadAsync(body.GetMemory(4096), cancellationToken);
            if (read == 0)
                return (body.WrittenMemory, true);
            body.Advance(read);
        }

        return (body.WrittenMemory[..limit], false);
    }
}
