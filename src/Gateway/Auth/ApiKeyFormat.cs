using System.Buffers;

namespace FlowRuns.Gateway.Auth;

/// <summary>How an API key looks. What does not look like one is refused before any grain hears of it.</summary>
static class ApiKeyFormat
{
    const int MinLength = 32;
    const int MaxLength = 128;

    static readonly SearchValues<char> Allowed = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

    public static bool IsWellFormed(ReadOnlySpan<char> key) =>
        key.Length is >= MinLength and <= MaxLength
        && (key.StartsWith("fs_live_") || key.StartsWith("fs_test_"))
        && !key.ContainsAnyExcept(Allowed);
}
