using System.Collections.Frozen;

namespace FlowRuns.Connections;

/// <summary>What a header that a user wrote may look like (RFC 9110, 5.1 and 5.5), so that it can never become two headers or a second request.</summary>
static class RequestHeader
{
    static readonly FrozenSet<string> Engines = FrozenSet.ToFrozenSet(
        ["Connection", "Content-Length", "Expect", "Host", "Keep-Alive", "Proxy-Authorization", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade"],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>What is wrong with it, null when nothing is. The value is not repeated: it may be a secret.</summary>
    public static string? Problem(string name, string value)
    {
        if (name.Length == 0 || !name.All(IsTokenCharacter))
            return $"'{name}' is not a header name: use letters, digits and hyphens.";
        if (Engines.Contains(name))
            return $"The header '{name}' is set by the engine: leave it out.";

        return ValueProblem(value) is { } problem ? $"The value of the header '{name}' {problem}" : null;
    }

    public static string? ValueProblem(string value)
    {
        return value.All(c => c is >= ' ' and < '\x7f' or '\t') ? null : "holds a line break, a control character or a letter outside ASCII: headers hold visible ASCII only.";
    }

    static bool IsTokenCharacter(char c) => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c);
}
