using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using FlowRuns.Ids;
using FlowRuns.Json;

namespace FlowRuns.Projects;

/// <summary>An API key's id (not the key itself), written <c>key_</c> and 26 lower-case letters and digits.</summary>
[GenerateSerializer, Immutable, Alias("flowruns.api-key-id")]
[JsonConverter(typeof(ParsableConverter<ApiKeyId>))]
public readonly record struct ApiKeyId([property: Id(0)] Guid Value) : IParsable<ApiKeyId>
{
    const string Prefix = "key_";

    public static ApiKeyId New(DateTimeOffset time) => new(TimeOrderedId.New(time));

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ApiKeyId result)
    {
        var parsed = TimeOrderedId.TryParse(Prefix, s, out var value);
        result = new ApiKeyId(value);
        return parsed;
    }

    public static ApiKeyId Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException($"'{s}' is not an id of the form {Prefix}...");

    public override string ToString() => TimeOrderedId.Format(Prefix, Value);
}
