using System.Text;
using System.Text.Json;

namespace FlowRuns.Steps.Sql;

/// <summary>A column as JSON, by the type of the value it holds: SQLite's columns have none, but for those declared <c>json</c>.</summary>
static class SqliteValue
{
    public static void Write(Utf8JsonWriter writer, object value, bool isJson)
    {
        switch (value)
        {
            case long integer:
                writer.WriteNumberValue(integer);
                break;
            case double real when double.IsFinite(real):
                writer.WriteNumberValue(real);
                break;
            case double real:
                writer.WriteStringValue(real > 0 ? "Infinity" : "-Infinity");
                break;
            case string text when isJson && ForeignJson.IsKeepable(Encoding.UTF8.GetBytes(text)):
                writer.WriteRawValue(text, skipInputValidation: true);
                break;
            case string text:
                writer.WriteStringValue(text);
                break;
            case byte[] bytes:
                writer.WriteBase64StringValue(bytes);
                break;
            default:
                writer.WriteNullValue();
                break;
        }
    }
}
