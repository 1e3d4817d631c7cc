using System.Text.Json;

namespace FlowRuns.Gateway.Flows;

/// <summary>The beginning of what a caller sent, short enough to be quoted in an error.</summary>
static class Excerpt
{
    const int MaxLength = 60;

    public static string Of(JsonElement value) => Of(value.GetRawText());

    public static string Of(string text)
    {
        if (text.Length <= MaxLength)
            return text;
        var end = char.IsHighSurrogate(text[MaxLength - 1]) ? MaxLength - 1 : MaxLength;
        return string.Concat(text.AsSpan(0, end), "...");
    }
}
