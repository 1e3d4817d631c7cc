using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using FlowRuns.Ids;
using FlowRuns.Json;

namespace FlowRuns.Projects;

/// <summary>A connection's id, written <c>conn_</c> and 26 lower-case letters and digits.</summary>
[GenerateSerializer, Immutable, Alias("flowruns.connection-id")]
[JsonConverter(typeof(ParsableConverter<ConnectionId>))]
public readonly record struct ConnectionId([property: Id(0)] Guid Value) : IParsable<ConnectionId>
{
    const string Prefix = "conn_";

    public static ConnectionId New(DateTimeOffset time) => new(TimeOrderedId.New(time));

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ConnectionId result)
    {
        var parsed = TimeOrderedId.TryParse(Prefix, s, out var value);
        result = new ConnectionId(value);
        return parsed;
    }

    public static ConnectionId Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException($"'{s}' is not an id of the form {Prefix}...");

    public override string ToString() => TimeOrderedId.Format(Prefix, Value);
}
