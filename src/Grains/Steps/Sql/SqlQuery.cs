using System.Collections.Immutable;
using System.Text.Json;

namespace FlowRuns.Steps.Sql;

/// <summary>What a step asks of a database.</summary>
sealed record SqlQuery
{
    public required string Text { get; init; }

    /// <summary>Values by the names under which the text has them as <c>@name</c>.</summary>
    public required ImmutableDictionary<string, JsonElement> Parameters { get; init; }

    /// <summary>Exactly one row is wanted, as an object.</summary>
    public required bool Single { get; init; }

    public required int MaxRows { get; init; }

    public required int MaxBytes { get; init; }

    public required bool AllowWrites { get; init; }

    /// <param name="input">Fits the step's schema.</param>
    public static SqlQuery Of(JsonElement input, bool allowWrites, StepsOptions options) => new()
    {
        Text = input.GetProperty("query").GetString()!,
        Parameters = input.TryGetProperty("parameters", out var parameters)
            ? parameters.EnumerateObject().ToImmutableDictionary(parameter => parameter.Name, parameter => parameter.Value)
            : ImmutableDictionary<string, JsonElement>.Empty,
        Single = input.TryGetProperty("single", out var single) && single.GetBoolean(),
        MaxRows = input.TryGetProperty("maxRows", out var maxRows) ? (int)maxRows.GetDouble() : options.SqlMaxRows,
        MaxBytes = options.SqlMaxBytes,
        AllowWrites = allowWrites,
    };
}
