using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using FlowRuns.Json;

namespace FlowRuns.Steps;

/// <summary>JSON that another system wrote, and that a run can keep: valid, not too deep, and with texts that are Unicode.</summary>
static class ForeignJson
{
    // Leaves room for the levels that outputs and runs wrap around it.
    const int MaxDepth = JsonData.MaxDepth / 2;

    public static bool IsKeepable(ReadOnlySpan<byte> utf8)
    {
        try
        {
            var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MaxDepth });
            while (reader.Read())
            {
                // An escaped half of a surrogate pair is valid JSON and no text: it would throw wherever it is read later.
                if (reader.ValueIsEscaped)
                    _ = reader.GetString();
            }

            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    public static bool TryParse(ReadOnlyMemory<byte> utf8, [NotNullWhen(true)] out JsonElement? value)
    {
        value = IsKeepable(utf8.Span) ? new JsonData(utf8).ToElement() : null;
        return value is not null;
    }
}
