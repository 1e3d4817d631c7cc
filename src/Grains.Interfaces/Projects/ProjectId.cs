using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using FlowRuns.Ids;
using FlowRuns.Json;

namespace FlowRuns.Projects;

/// <summary>A project's id, written <c>proj_</c> and 26 lower-case letters and digits.</summary>
[GenerateSerializer, Immutable, Alias("flowruns.project-id")]
[JsonConverter(typeof(ParsableConverter<ProjectId>))]
public readonly record struct ProjectId([property: Id(0)] Guid Value) : IParsable<ProjectId>
{
    const string Prefix = "proj_";

    /// <summary>The project that every installation has. Its id is fixed so that silos that start at once make one, not several.</summary>
    public static ProjectId Default { get; }

    public static ProjectId New(DateTimeOffset time) => new(TimeOrderedId.New(time));

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ProjectId result)
    {
        var parsed = TimeOrderedId.TryParse(Prefix, s, out var value);
        result = new ProjectId(value);
        return parsed;
    }

    public static ProjectId Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException($"'{s}' is not an id of the form {Prefix}...");

    public override string ToString() => TimeOrderedId.Format(Prefix, Value);
}
