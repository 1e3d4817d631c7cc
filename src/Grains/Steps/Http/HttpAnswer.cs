using System.Text;
using System.Text.Json;
using FlowRuns.Json;

namespace FlowRuns.Steps.Http;

/// <summary>An answer as the step's output or error.</summary>
static class HttpAnswer
{
    const int LongestError = 500;

    /// <returns>null when the body is larger than <paramref name="limit"/>.</returns>
    /// <exception cref="FormatException">JSON was asked for, and the body is none.</exception>
    public static async Task<JsonData?> ToOutputAsync(HttpResponseMessage answer, string responseType, int limit, CancellationToken cancellationToken)
    {
        if (await CappedBody.ReadAsync(answer.Content, limit, cancellationToken) is not { } body)
            return null;

        JsonElement? json = null;
        if (body.Length > 0 && (responseType == "json" || (responseType == "auto" && IsJson(answer.Content))) && !ForeignJson.TryParse(WithoutMark(body), out json) && responseType == "json")
            throw new FormatException($"The answer is not JSON that can be kept: {Start(answer.Content, body)}");

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

    /// <summary><c>HTTP 404: start of the body</c>.</summary>
    public static async Task<string> ToErrorAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var (start, _) = await CappedBody.ReadStartAsync(answer.Content, 4 * LongestError, cancellationToken);
        var text = Start(answer.Content, start);
        return text.Length > 0 ? $"HTTP {(int)answer.StatusCode}: {text}" : $"HTTP {(int)answer.StatusCode}: {answer.ReasonPhrase}";
    }

    static bool IsJson(HttpContent content) =>
        content.Headers.ContentType?.MediaType is { } type && (type.Equals("application/json", StringComparison.OrdinalIgnoreCase) || type.EndsWith("+json", StringComparison.OrdinalIgnoreCase));

    static ReadOnlyMemory<byte> WithoutMark(ReadOnlyMemory<byte> body) => body.Span.StartsWith(Encoding.UTF8.Preamble) ? body[Encoding.UTF8.Preamble.Length..] : body;

    static string Start(HttpContent content, ReadOnlyMemory<byte> body)
    {
        var text = Text(content, body).Trim();
        return text.Length <= LongestError ? text : $"{text[..LongestError]}...";
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
