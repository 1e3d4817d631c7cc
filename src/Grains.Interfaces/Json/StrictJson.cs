using System.Text.Json;
using System.Text.Unicode;
using FlowRuns.Errors;

namespace FlowRuns.Json;

/// <summary>Looks once through a JSON text for what would hurt later: data from outside goes into expressions, databases and other people's parsers.</summary>
public static class StrictJson
{
    public const int MaxDepth = 64;

    /// <summary>The name by which errors speak of the whole document.</summary>
    public const string Root = "body";

    /// <summary>Refuses bad UTF-8, bad syntax, comments, deep nesting, keys that repeat, and strings with half a surrogate pair, naming the place.</summary>
    public static void Check(ReadOnlySpan<byte> utf8)
    {
        if (!Utf8.IsValid(utf8))
            throw Refuse(Root, "is not valid UTF-8.");

        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MaxDepth });
        var place = new JsonPlace();
        try
        {
            while (reader.Read())
                Check(ref reader, place);
        }
        catch (JsonException exception)
        {
            throw Refuse(Root, Describe(exception));
        }
    }

    /// <summary>The reader's own words and the place, counted from 1 as editors do.</summary>
    static string Describe(JsonException exception)
    {
        var words = exception.Message;
        var end = words.IndexOf(" LineNumber:");
        return $"is not valid JSON at line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}: {(end < 0 ? words : words[..end])}";
    }

    static void Check(ref Utf8JsonReader reader, JsonPlace place)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                if (!place.TryEnterProperty(Decode(ref reader, place)))
                    throw Refuse(place.ToString(), "is there twice; a key may be given once.");
                break;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                place.Leave();
                break;
            default:
                place.EnterValue();
                if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                    place.EnterContainer();
                else if (reader.TokenType == JsonTokenType.String && reader.ValueIsEscaped)
                    Decode(ref reader, place);
                break;
        }
    }

    static string Decode(ref Utf8JsonReader reader, JsonPlace place)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            var what = reader.TokenType == JsonTokenType.PropertyName ? "has a key that holds" : "holds";
            throw Refuse(place.ToString(), $"{what} half of a surrogate pair: {System.Text.Encoding.ASCII.GetString(reader.ValueSpan)} is not Unicode text.");
        }
    }

    static RequestRefusedException Refuse(string place, string message) => new([new FieldError(place, message)]);
}
