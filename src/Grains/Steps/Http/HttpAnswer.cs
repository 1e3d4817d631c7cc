using System.Text;
using System.Text.Json;
using FlowRuns.Connections;
using FlowRuns.Json;

namespace FlowRuns.Steps.Http;

/// <summary>An answer as the step's output or error.</summary>
static class HttpAnswer
{
    const int LongestError = 500;
    const int MostQuoted = 4 * LongestError;

    /// <returns>null when the body is larger than <paramref name="limit"/>.</returns>
    /// <exception cref="FormatException">JSON was asked for, and the body is none.</exception>
    public static async Task<JsonData?> ToOutputAsync(HttpResponseMessage answer, string responseType, int limit, SecretMask mask, CancellationToken cancellationToken)
    {
        if (await CappedBody.ReadAsync(answer.Content, limit, cancellationToken) is not { } body)
            return null;

        JsonElement? json = null;
        if (body.Length > 0 && (responseType == "json" || (responseType == "auto" && IsJson(answer.Content))) && !ForeignJson.TryParse(WithoutMark(body), out json) && responseType == "json")
            throw new FormatException($"The answer is not JSON that can be kept: {Start(answer.Content, body[..Math.Min(body.Length, MostQuoted)], body.Length <= MostQuoted, mask)}");

        return JsonOutput.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteNumber("status", (int)answer.StatusCode);
            writer.WriteStartObject("headers");
            foreach (var header in answer.Headers.Concat(answer.Content.Headers).GroupBy(header => header.Key.ToLowerInvariant()))
                writer.WriteString(header.Key, string.Join(", ", header.SelectMany(one => one.Value)));
            writer.WriteEndObject();
            writer.WritePropertyName("body");
            if (json is { } value)
                value.WriteTo(writer);
            else if (body.Length == 0)
                writer.WriteNullValue();
            else
                writer.WriteStringValue(Text(answer.Content, body));
            writer.WriteEndObject();
        });
    }

    /// <summary><c>HTTP 404: start of the body</c>, masked.</summary>
    public static async Task<string> ToErrorAsync(HttpResponseMessage answer, SecretMask mask, CancellationToken cancellationToken)
    {
        var (start, isWhole) = await CappedBody.ReadStartAsync(answer.Content, MostQuoted, cancellationToken);
        var text = Start(answer.Content, start, isWhole, mask);
        return text.Length > 0 ? $"HTTP {(int)answer.StatusCode}: {text}" : $"HTTP {(int)answer.StatusCode}: {answer.ReasonPhrase}";
    }

    static bool IsJson(HttpContent content) =>
        content.Headers.ContentType?.MediaType is { } type && (type.Equals("application/json", StringComparison.OrdinalIgnoreCase) || type.EndsWith("+json", StringComparison.OrdinalIgnoreCase));

    static ReadOnlyMemory<byte> WithoutMark(ReadOnlyMemory<byte> body) => body.Span.StartsWith(Encoding.UTF8.Preamble) ? body[Encoding.UTF8.Preamble.Length..] : body;

    // Masked before it is cut: of a secret that lies across the cut, the mask would not know the part that is left.
    static string Start(HttpContent content, ReadOnlyMemory<byte> body, bool isWhole, SecretMask mask)
    {
        var read = StartOfText(content, body);
        var text = (isWhole ? mask.Apply(read) : mask.ApplyToStart(read)).Trim();
        if (text.Length <= LongestError)
            return isWhole ? text : $"{text}...";
        return $"{text.AsSpan(0, char.IsHighSurrogate(text[LongestError - 1]) ? LongestError - 1 : LongestError)}...";
    }

    /// <summary>The text without what its last bytes only begin.</summary>
    static string StartOfText(HttpContent content, ReadOnlyMemory<byte> body)
    {
        var bytes = WithoutMark(body).Span;
        var decoder = Charset(content).GetDecoder();
        var text = new char[decoder.GetCharCount(bytes, flush: false)];
        return new string(text, 0, decoder.GetChars(bytes, text, flush: false));
    }

    static string Text(HttpContent content, ReadOnlyMemory<byte> body) => Charset(content).GetString(WithoutMark(body).Span);

    static Encoding Charset(HttpContent content)
    {
        try
        {
            return content.Headers.ContentType?.CharSet is { } name ? Encoding.GetEncoding(name.Trim('"')) : Encoding.UTF8;
        }
        catch (ArgumentException)
        {
            return Encoding.UTF8;
        }
    }
}
