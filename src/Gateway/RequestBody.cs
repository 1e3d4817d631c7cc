using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using FlowRuns.Errors;
using FlowRuns.Json;
using Microsoft.Net.Http.Headers;

namespace FlowRuns.Gateway;

/// <summary>As a parameter of an endpoint: the request's JSON body, read whole.</summary>
sealed class RequestBody(ReadOnlyMemory<byte> utf8)
{
    const int MaxFirstBuffer = 16 * 1024;

    static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    public ReadOnlyMemory<byte> Utf8 { get; } = utf8.Span.StartsWith(ByteOrderMark) ? utf8[ByteOrderMark.Length..] : utf8;

    public static async ValueTask<RequestBody> BindAsync(HttpContext context)
    {
        var body = await ReadAllAsync(context);
        if (!body.Utf8.IsEmpty && !IsJson(context.Request.ContentType))
            throw new BadHttpRequestException($"The body is '{context.Request.ContentType}'; it must be application/json in UTF-8.", StatusCodes.Status415UnsupportedMediaType);
        return body;
    }

    /// <summary>The body whatever its media type.</summary>
    public static async ValueTask<RequestBody> ReadAllAsync(HttpContext context) => new(await ReadBytesAsync(context));

    /// <summary>The body byte for byte.</summary>
    public static async ValueTask<ReadOnlyMemory<byte>> ReadBytesAsync(HttpContext context)
    {
        // Kestrel refuses a body above the limit at the first read only: until then the length is what the caller says.
        using var buffer = new MemoryStream((int)Math.Min(context.Request.ContentLength ?? 0, MaxFirstBuffer));
        await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
        return buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
    }

    /// <summary>The body as <typeparamref name="T"/>, or a new one when there is no body.</summary>
    public T ReadOr<T>(T missing)
        where T : class => Utf8.IsEmpty ? missing : Read<T>();

    /// <summary>The body as <typeparamref name="T"/>; refused, naming the field, when it is not one.</summary>
    public T Read<T>()
        where T : class
    {
        if (Utf8.IsEmpty)
            throw Refuse(StrictJson.Root, "is required: a JSON object.");

        StrictJson.Check(Utf8.Span);
        var type = ApiJson.TypeInfo<T>();
        try
        {
            return JsonSerializer.Deserialize(Utf8.Span, type) ?? throw Refuse(StrictJson.Root, "must be a JSON object, not null.");
        }
        catch (JsonException exception)
        {
            throw Refuse(Field(exception.Path), Describe(exception, type));
        }
    }

    public static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && (type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase) || type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase))
        && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    static string Field(string? path) => path is null or "$" ? StrictJson.Root : path.StartsWith("$.") ? path[2..] : path[1..];

    /// <summary>The serializer's own messages speak of .NET types, those of our converters of what is legal.</summary>
    static string Describe(JsonException exception, JsonTypeInfo type)
    {
        var words = exception.Message;
        if (words.StartsWith("The JSON property '"))
            return $"is not a known field; known here are {string.Join(", ", type.Properties.Select(property => property.Name))}.";
        if (!words.StartsWith("The JSON value could not be converted"))
            return words;

        var property = type.Properties.FirstOrDefault(property => property.Name == Field(exception.Path));
        return $"must be {Expected(property?.PropertyType ?? type.Type, type.Options)}.";
    }

    static string Expected(Type declared, JsonSerializerOptions options)
    {
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        if (type.IsEnum)
            return $"one of {string.Join(", ", Enum.GetValuesAsUnderlyingType(type).Cast<object>().Select(value => JsonSerializer.SerializeToElement(Enum.ToObject(type, value), options.GetTypeInfo(type)).GetString()))}";
        return type == typeof(string) ? "a string" : type == typeof(bool) ? "true or false" : type == typeof(int) ? "a whole number" : "a JSON object";
    }

    static RequestRefusedException Refuse(string field, string message) => new([new FieldError(field, message)]);
}
