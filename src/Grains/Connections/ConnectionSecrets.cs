using System.Collections.Frozen;
using System.Text;
using Npgsql;

namespace FlowRuns.Connections;

/// <summary>The values of a connection that nobody may see.</summary>
static class ConnectionSecrets
{
    // Headers that say what is spoken, not who speaks. Masking "application/json" would hide it wherever it stands.
    static readonly FrozenSet<string> Public = FrozenSet.ToFrozenSet(["Accept", "Accept-Language", "Content-Type", "User-Agent"], StringComparer.OrdinalIgnoreCase);

    public static IEnumerable<string> Of(Connection connection)
    {
        if (connection.Find("token") is { } token)
            yield return token;
        if (connection.Find("bearer") is { } bearer)
            yield return bearer;
        foreach (var shared in connection.List("secrets"))
            yield return shared;

        if (connection.Find("connectionString") is { } connectionString)
        {
            yield return connectionString;
            foreach (var password in PasswordsOf(connectionString))
                yield return password;
        }

        if (BasicOf(connection) is (var user, { } secret))
        {
            yield return secret;
            yield return Encoded(user, secret);
        }

        foreach (var (name, value) in connection.Texts("headers"))
        {
            if (Public.Contains(name))
                continue;
            yield return value;

            // "Token abc" comes back as "abc" from servers that quote it.
            if (value.IndexOf(' ') is var space and > 0)
                yield return value[(space + 1)..];
        }
    }

    /// <summary>The headers by which an http connection says who asks.</summary>
    public static IEnumerable<KeyValuePair<string, string>> HeadersOf(Connection connection)
    {
        if (connection.Find("bearer") is { } bearer)
            yield return KeyValuePair.Create("Authorization", $"Bearer {bearer}");
        if (BasicOf(connection) is ({ } user, { } password))
            yield return KeyValuePair.Create("Authorization", $"Basic {Encoded(user, password)}");
        foreach (var header in connection.Texts("headers"))
            yield return header;
    }

    public static (string? Username, string? Password) BasicOf(Connection connection)
    {
        var basic = connection.Texts("basic").ToDictionary();
        return (basic.GetValueOrDefault("username"), basic.GetValueOrDefault("password"));
    }

    static string Encoded(string? user, string password) => Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));

    static IEnumerable<string> PasswordsOf(string connectionString)
    {
        try
        {
            var parts = new NpgsqlConnectionStringBuilder(connectionString);
            return new[] { parts.Password, parts.SslPassword }.OfType<string>();
        }
        catch (ArgumentException)
        {
            return [];
        }
    }
}
