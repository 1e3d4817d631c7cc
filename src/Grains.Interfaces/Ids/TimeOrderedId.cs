using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace FlowRuns.Ids;

/// <summary>The text form that every id shares: a prefix and 26 digits of a UUIDv7 in base 32, whose ordinal order is the ids' order in time.</summary>
static class TimeOrderedId
{
    // Crockford's alphabet: ascending in ASCII, without letters that are mistaken for digits.
    const string Digits = "0123456789abcdefghjkmnpqrstvwxyz";
    const int Length = 26;

    public static string Format(string prefix, Guid id)
    {
        return string.Create(prefix.Length + Length, (prefix, id), static (text, source) =>
        {
            source.prefix.CopyTo(text);
            var rest = ToNumber(source.id);
            for (var at = text.Length - 1; at >= source.prefix.Length; at--, rest >>= 5)
                text[at] = Digits[(int)(rest & 31)];
        });
    }

    public static bool TryParse(string prefix, [NotNullWhen(true)] string? text, out Guid id)
    {
        id = default;
        if (text is null || text.Length != prefix.Length + Length || !text.StartsWith(prefix))
            return false;

        UInt128 value = 0;
        foreach (var c in text.AsSpan(prefix.Length))
        {
            var digit = Digits.IndexOf(c);
            if (digit < 0)
                return false;
            value = (value << 5) | (uint)digit;
        }

        // 26 digits hold 130 bits: a first digit above 7 would not come back the same.
        if (Digits.IndexOf(text[prefix.Length]) > 7)
            return false;

        id = FromNumber(value);
        return true;
    }

    public static Guid New(DateTimeOffset time)
    {
#pragma warning disable RS0030 // the one place where ids are made
        return Guid.CreateVersion7(time);
#pragma warning restore RS0030
    }

    /// <summary>An id a random step above <paramref name="id"/>, of the same time unless 2^74 ids were made in it.</summary>
    public static Guid After(Guid id) => FromNumber(ToNumber(id) + 1 + (uint)RandomNumberGenerator.GetInt32(int.MaxValue));

    public static Guid First(DateTimeOffset time) => FromNumber((UInt128)(ulong)Math.Max(0, time.ToUnixTimeMilliseconds()) << 80);

    /// <summary>In whole milliseconds; of ids beyond the year 9999 its last one.</summary>
    public static DateTimeOffset TimeOf(Guid id) => DateTimeOffset.FromUnixTimeMilliseconds(Math.Min((long)(ToNumber(id) >> 80), DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));

    public static int Compare(Guid left, Guid right) => ToNumber(left).CompareTo(ToNumber(right));

    static UInt128 ToNumber(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    static Guid FromNumber(UInt128 value)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, value);
        return new Guid(bytes, bigEndian: true);
    }
}
