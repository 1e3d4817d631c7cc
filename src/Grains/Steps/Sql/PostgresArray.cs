using System.Text;
using System.Text.Json;
using Npgsql.PostgresTypes;

namespace FlowRuns.Steps.Sql;

/// <summary>Reads PostgreSQL's text form of arrays (manual, 8.15.6): <c>{1,2}</c>, <c>{{a,"b c"},{NULL,d}}</c>, <c>[0:1]={1,2}</c>.</summary>
sealed class PostgresArray(string text, PostgresType element)
{
    // The one type whose own text form holds commas outside quotes.
    readonly char _separator = element.InternalName == "box" ? ';' : ',';
    int _at = text.StartsWith('[') ? text.IndexOf('=') + 1 : 0;

    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartArray();
        for (_at++; text[_at] != '}';)
        {
            if (text[_at] == '{')
                Write(writer);
            else
                WriteItem(writer);
            if (text[_at] == _separator)
                _at++;
        }

        _at++;
        writer.WriteEndArray();
    }

    void WriteItem(Utf8JsonWriter writer)
    {
        if (text[_at] == '"')
        {
            PostgresValue.Write(writer, element, Encoding.UTF8.GetBytes(ReadQuoted()));
            return;
        }

        var end = text.AsSpan(_at).IndexOfAny(_separator, '}') + _at;
        var item = text[_at..end];
        _at = end;
        if (item == "NULL")
            writer.WriteNullValue();
        else
            PostgresValue.Write(writer, element, Encoding.UTF8.GetBytes(item));
    }

    string ReadQuoted()
    {
        var item = new StringBuilder();
        for (_at++; text[_at] != '"'; _at++)
        {
            if (text[_at] == '\\')
                _at++;
            item.Append(text[_at]);
        }

        _at++;
        return item.ToString();
    }
}
