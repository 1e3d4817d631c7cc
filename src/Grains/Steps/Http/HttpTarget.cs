using System.Text;
using FlowRuns.Connections;

namespace FlowRuns.Steps.Http;

/// <summary>Where a request goes, and to which origin the connection's credentials may go.</summary>
/// <param name="Credentials">The origin (scheme, host and port) of the connection's <c>baseUrl</c>. A connection without one belongs to the origin that the step's own URL names.</param>
sealed record HttpTarget(Uri Url, Uri? Credentials)
{
    /// <exception cref="FormatException">The URL is none that can be asked; the message says why.</exception>
    public static HttpTarget Of(string text, IEnumerable<KeyValuePair<string, string>> query, Connection? connection)
    {
        var baseUrl = connection?.Find("baseUrl");
        var full = IsAbsolute(text.TrimStart()) ? text
            : baseUrl is not null ? $"{baseUrl.TrimEnd('/')}/{text.TrimStart('/')}"
            : throw new FormatException($"'{text}' is not a full URL: begin it with https://, or use a connection with a baseUrl.");

        var url = WithQuery(Parse(full), query);
        return new HttpTarget(url, connection is null ? null : baseUrl is null ? url : Parse(baseUrl));
    }

    public static bool SameOrigin(Uri one, Uri other) => one.Scheme == other.Scheme && one.IdnHost == other.IdnHost && one.Port == other.Port;

    // A path or a query may hold another URL.
    static bool IsAbsolute(string text) => text.IndexOf("://", StringComparison.Ordinal) is > 0 and var end && Uri.CheckSchemeName(text[..end]);

    static Uri Parse(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps))
            throw new FormatException($"'{text}' is not a URL of http or https.");
        return url.UserInfo.Length == 0 ? url : throw new FormatException($"The URL for {url.Authority} holds a user name or password: put them into a connection, as 'basic'.");
    }

    static Uri WithQuery(Uri url, IEnumerable<KeyValuePair<string, string>> query)
    {
        var added = new StringBuilder(url.Query);
        foreach (var (name, value) in query)
            added.Append(added.Length == 0 ? '?' : '&').Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value));
        return new UriBuilder(url) { Query = added.ToString() }.Uri;
    }
}
