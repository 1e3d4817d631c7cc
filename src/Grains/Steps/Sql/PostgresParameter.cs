using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace FlowRuns.Steps.Sql;

/// <summary>A JSON value as a parameter. It gets the type that the same value would have if it were written in the statement,
/// so PostgreSQL infers what a text is from where it stands: a date, a uuid, an enum.</summary>
static class PostgresParameter
{
    // Beyond them a decimal would round without a word.
    const int DecimalDigits = 28;

    /// <param name="arraysAsJson">Whether arrays are JSON, or array literals (<c>= any(@ids)</c>). Nested ones are always JSON.</param>
    public static NpgsqlParameter Of(JsonElement value, bool arraysAsJson) => value.ValueKind switch
    {
        JsonValueKind.Null => Unknown(DBNull.Value),
        JsonValueKind.String => Unknown(value.GetString()!),
        JsonValueKind.True or JsonValueKind.False => Typed(NpgsqlDbType.Boolean, value.GetBoolean()),
        JsonValueKind.Number => Number(value),
        JsonValueKind.Array when !arraysAsJson && IsFlat(value) => Unknown(ArrayLiteral(value)),
        _ => Unknown(value.GetRawText()),
    };

    /// <summary>An array that PostgreSQL may take as array or as JSON.</summary>
    public static bool IsFlat(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind is not (JsonValueKind.Array or JsonValueKind.Object));

    static NpgsqlParameter Number(JsonElement value)
    {
        if (value.TryGetInt32(out var integer))
            return Typed(NpgsqlDbType.Integer, integer);
        if (value.TryGetInt64(out var bigint))
            return Typed(NpgsqlDbType.Bigint, bigint);

        var text = value.GetRawText();
        return text.Count(char.IsAsciiDigit) <= DecimalDigits && !text.Contains('e', StringComparison.OrdinalIgnoreCase) && value.TryGetDecimal(out var numeric)
            ? Typed(NpgsqlDbType.Numeric, numeric)
            : Typed(NpgsqlDbType.Double, value.GetDouble());
    }

    static string ArrayLiteral(JsonElement array) => $"{{{string.Join(',', array.EnumerateArray().Select(Item))}}}";

    static string Item(JsonElement item) => item.ValueKind switch
    {
        JsonValueKind.Null => "NULL",
        JsonValueKind.String => $"\"{item.GetString()!.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"",
        _ => item.GetRawText(),
    };

    static NpgsqlParameter Typed(NpgsqlDbType type, object value) => new() { NpgsqlDbType = type, Value = value };

    static NpgsqlParameter Unknown(object value) => Typed(NpgsqlDbType.Unknown, value);
}
