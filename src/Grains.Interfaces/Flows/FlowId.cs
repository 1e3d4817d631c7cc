using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using FlowRuns.Ids;
using FlowRuns.Json;

namespace FlowRuns.Flows;

/// <summary>A flow's id, written <c>flow_</c> and 26 lower-case letters and digits.</summary>
[GenerateSerializer, Immutable, Alias("flowruns.flow-id")]
[JsonConverter(typeof(ParsableConverter<FlowId>))]
public readonly record struct FlowId([property: Id(0)] Guid Value) : IParsable<FlowId>
{
    const string Prefix = "flow_";

    public static FlowId New(DateTimeOffset time) => new(TimeOrderedId.New(time));

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out FlowId result)
    {
        var parsed = TimeOrderedId.TryParse(Prefix, s, out var value);
        result = new FlowId(value);
        return parsed;
    }

    public static FlowId Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException($"'{s}' is not an id of the form {Prefix}...");

    public override string ToString() => TimeOrderedId.Format(Prefix, Value);
}
