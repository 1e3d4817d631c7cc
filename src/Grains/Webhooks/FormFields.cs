using System.Collections.Immutable;
using System.Net;
using System.Text.Json;

namespace FlowRuns.Webhooks;

/// <summary>The fields of a query or a form (application/x-www-form-urlencoded) in their order.</summary>
sealed class FormFields
{
    readonly ImmutableArray<KeyValuePair<string, string>> _fields;

    FormFields(ImmutableArray<KeyValuePair<string, string>> fields)
    {
        _fields = fields;
    }

    public static FormFields Parse(string text) => new(
    [
        .. text.Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(field => field.Split('=', 2))
            .Select(field => KeyValuePair.Create(WebUtility.UrlDecode(field[0]), field.Length == 2 ? WebUtility.UrlDecode(field[1]) : "")),
    ]);

    public FormFields Without(string? name) => new([.. _fields.Where(field => field.Key != name)]);

    public ImmutableArray<string> Values(string name) => [.. _fields.Where(field => field.Key == name).Select(field => field.Value)];

    /// <summary>An object: a text where a name is given once, a list of texts where it is given several times.</summary>
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        foreach (var field in _fields.GroupBy(field => field.Key, field => field.Value))
        {
            var values = field.ToList();
            if (values.Count == 1)
            {
                writer.WriteString(field.Key, values[0]);
                continue;
            }

            writer.WriteStartArray(field.Key);
            foreach (var value in values)
                writer.WriteStringValue(value);
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }
}
