using System.Text.Json;

namespace FlowRuns.Gateway.Flows;

/// <summary>Reads JSON that must mean the same to everybody: no duplicate names, no text that cannot be stored, no bottomless nesting.</summary>
static class StrictJson
{
    public const int MaxDepth = 64;

    // The walk below checks the depth, and names the place.
    static readonly JsonDocumentOptions Options = new() { MaxDepth = int.MaxValue };

    /// <summary>The value of a valid UTF-8 text, or null with the reasons in <paramref name="errors"/>.</summary>
    public static JsonElement? Parse(ReadOnlyMemory<byte> utf8, FieldErrors errors)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8, Options);
            var root = document.RootElement.Clone();
            Check(root, "", 1, errors);
            return errors.Count == 0 ? root : null;
        }
        catch (JsonException e)
        {
            var reason = e.Message.Split(" LineNumber:", 2)[0];
            errors.Add(FieldErrors.Body, $"line {e.LineNumber + 1}, column {e.BytePositionInLine + 1}: is not valid JSON: {reason}");
            return null;
        }
    }

    static void Check(JsonElement value, string path, int depth, FieldErrors errors)
    {
        if (depth > MaxDepth && value.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
        {
            errors.Add(path, $"nests deeper than {MaxDepth} levels; make it flatter.");
            return;
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                CheckMembers(value, path, depth, errors);
                break;
            case JsonValueKind.Array:
                var index = 0;
                foreach (var item in value.EnumerateArray())
                    Check(item, FieldErrors.Item(path, index++), depth + 1, errors);
                break;
            case JsonValueKind.String:
                Text(value.GetString, path, errors);
                break;
        }
    }

    static void CheckMembers(JsonElement value, string path, int depth, FieldErrors errors)
    {
        var seen = new HashSet<string>();
        foreach (var member in value.EnumerateObject())
        {
            if (Text(() => member.Name, path, errors) is not { } name)
                continue;

            var memberPath = FieldErrors.Member(path, name);
            if (!seen.Add(name))
                errors.Add(memberPath, "stands here more than once; keep one.");
            Check(member.Value, memberPath, depth + 1, errors);
        }
    }

    static string? Text(Func<string?> read, string path, FieldErrors errors)
    {
        try
        {
            var text = read();
            if (text is null || !text.Contains('\0'))
                return text;
            errors.Add(path, "holds the character \\u0000, which cannot be stored; leave it out.");
        }
        catch (InvalidOperationException)
        {
            errors.Add(path, "holds half of a surrogate pair, which is no character; escape both halves or write the character itself.");
        }

        return null;
    }
}
