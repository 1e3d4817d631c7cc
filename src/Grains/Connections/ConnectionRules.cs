using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using FlowRuns.Errors;
using FlowRuns.Projects;
using Npgsql;

namespace FlowRuns.Connections;

/// <summary>Which apps there are, and what the value of a connection to each must hold.</summary>
/// <remarks>Messages never repeat a value that may be a secret.</remarks>
static class ConnectionRules
{
    // Whoever sees one signed delivery can try short secrets against it at leisure.
    const int ShortestWebhookSecret = 16;
    const int MaxWebhookSecrets = 10;

    static readonly FrozenDictionary<string, ConnectionMember[]> Members = new Dictionary<string, ConnectionMember[]>
    {
        ["postgresql"] = [new("connectionString", PostgresProblem, Required: true), new("allowWrites", FlagProblem)],
        ["sqlite"] = [new("path", PathProblem, Required: true), new("allowWrites", FlagProblem)],
        ["slack"] = [new("token", TokenProblem, Required: true), new("baseUrl", UrlProblem)],
        ["http"] = [new("baseUrl", UrlProblem), new("headers", HeadersProblem), new("basic", BasicProblem), new("bearer", TokenProblem)],
        ["webhook"] = [new("secrets", WebhookSecretsProblem), new("basic", BasicProblem)],
    }.ToFrozenDictionary();

    public static ImmutableArray<string> Apps { get; } = ["postgresql", "sqlite", "slack", "http", "webhook"];

    /// <summary>All that is wrong with <see cref="ConnectionDefinition.App"/> and <see cref="ConnectionDefinition.Value"/>; the name is not looked at.</summary>
    public static ImmutableArray<FieldError> Check(ConnectionDefinition definition)
    {
        if (!Members.TryGetValue(definition.App, out var members))
            return [new FieldError("app", $"'{definition.App}' is not an app: use {string.Join(", ", Apps)}.")];

        var value = definition.Value.ToElement();
        var known = string.Join(", ", members.Select(member => member.Name));
        if (value.ValueKind != JsonValueKind.Object)
            return [new FieldError("value", $"is not an object: a connection to {definition.App} has {known}.")];

        var errors = ImmutableArray.CreateBuilder<FieldError>();
        foreach (var member in members)
        {
            var problem = value.TryGetProperty(member.Name, out var given) ? member.Problem(given) : member.Required ? "is required." : null;
            if (problem is not null)
                errors.Add(new FieldError($"value.{member.Name}", problem));
        }

        foreach (var given in value.EnumerateObject().Where(given => members.All(member => member.Name != given.Name)))
            errors.Add(new FieldError($"value.{given.Name}", $"is not known here: a connection to {definition.App} has {known}."));
        if (value.TryGetProperty("basic", out _) && value.TryGetProperty("bearer", out _))
            errors.Add(new FieldError("value.bearer", "does not go together with 'basic': a request has one Authorization header, so leave one of them out."));

        if (definition.App == "webhook" && value.TryGetProperty("secrets", out _) == value.TryGetProperty("basic", out _))
            errors.Add(new FieldError("value", "needs either secrets, for signatures and keys, or basic with a username and a password."));

        return errors.ToImmutable();
    }

    static string? TextProblem(JsonElement value, Func<string, string?> problem) =>
        value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? problem(text) : "has to be a text that is not empty.";

    static string? FlagProblem(JsonElement value) => value.ValueKind is JsonValueKind.True or JsonValueKind.False ? null : "has to be true or false.";

    static string? PathProblem(JsonElement value) => TextProblem(value, path => path.Contains('\0') ? "holds a character that no path has." : null);

    static string? SecretProblem(string secret) => secret.Length < SecretMask.ShortestSecret ? $"is shorter than {SecretMask.ShortestSecret} characters, and could not be kept out of the history." : null;

    static string? TokenProblem(JsonElement value) => TextProblem(value, token => SecretProblem(token) ?? RequestHeader.ValueProblem(token));

    static string? PostgresProblem(JsonElement value)
    {
        return TextProblem(value, text =>
        {
            try
            {
                var parts = new NpgsqlConnectionStringBuilder(text);
                return string.IsNullOrEmpty(parts.Host) ? "names no host: begin with Host=..."
                    : parts.Passfile is not null ? "names a Passfile, which is a file of the server: give the Password itself, it is kept encrypted."
                    : parts.Password is { } password ? SecretProblem(password) is { } problem ? $"has a Password that {problem}" : null
                    : null;
            }
            catch (ArgumentException)
            {
                return "is not a connection string of Npgsql: write Host=db.example.com;Database=sales;Username=report;Password=...";
            }
        });
    }

    static string? UrlProblem(JsonElement value)
    {
        return TextProblem(value, text =>
            !Uri.TryCreate(text, UriKind.Absolute, out var url) || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps) ? "is not a URL that begins with https:// or http://."
            : url.UserInfo.Length > 0 ? "holds a user name or password: put them into 'basic'."
            : url.Query.Length > 0 || url.Fragment.Length > 0 ? "holds a query or a fragment: end it with the path."
            : null);
    }

    static string? HeadersProblem(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
            return "has to be an object of header names and texts.";

        return value.EnumerateObject()
            .Select(header => header.Value.ValueKind == JsonValueKind.String ? RequestHeader.Problem(header.Name, header.Value.GetString()!) : $"The value of the header '{header.Name}' has to be a text.")
            .FirstOrDefault(problem => problem is not null);
    }

    static string? WebhookSecretsProblem(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() is 0 or > MaxWebhookSecrets)
            return $"has to be a list of 1 to {MaxWebhookSecrets} texts; any of them is accepted, so that they can be rotated.";

        return value.EnumerateArray()
            .Select(item => TextProblem(item, secret => secret.Length < ShortestWebhookSecret ? $"is shorter than {ShortestWebhookSecret} characters; make one with openssl rand -hex 32." : null))
            .Select((problem, index) => problem is null ? null : $"has a text at [{index}] that {problem}")
            .FirstOrDefault(problem => problem is not null);
    }

    static string? BasicProblem(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object || value.EnumerateObject().Any(member => member.Name is not ("username" or "password") || member.Value.ValueKind != JsonValueKind.String))
            return "has to be an object of username and password.";
        if (!value.TryGetProperty("username", out var username) || username.GetString()!.Contains(':'))
            return "needs a username, without a colon.";

        return !value.TryGetProperty("password", out var password) ? "needs a password."
            : SecretProblem(password.GetString()!) is { } problem ? $"has a password that {problem}"
            : null;
    }
}
