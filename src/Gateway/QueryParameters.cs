using System.Collections.Immutable;
using System.Globalization;

namespace FlowRuns.Gateway;

/// <summary>Reads the known parameters of a query string and gathers what is wrong with them. Unknown parameters are ignored, repeated known ones refused.</summary>
sealed class QueryParameters(IQueryCollection query)
{
    static readonly string[] TimeFormats = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz"];

    readonly FieldErrors _errors = new();

    public string? Text(string name)
    {
        var values = query[name];
        if (values.Count > 1)
            _errors.Add(name, $"is given {values.Count} times; give it once.");
        return values.Count == 1 ? values[0] : null;
    }

    public int? Number(string name, int min, int max)
    {
        if (Text(name) is not { } text)
            return null;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max)
            return number;
        _errors.Add(name, $"'{text}' is not a whole number from {min} to {max}.");
        return null;
    }

    public DateTimeOffset? Time(string name)
    {
        if (Text(name) is not { } text)
            return null;
        if (DateTimeOffset.TryParseExact(text, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
            return time;
        _errors.Add(name, $"'{text}' is not a time such as 2026-04-21T09:00:00Z.");
        return null;
    }

    public T? Choice<T>(string name)
        where T : struct, Enum => Text(name) is { } text ? Parse<T>(name, text) : null;

    /// <summary>Values separated by commas; empty when the parameter is not given.</summary>
    public ImmutableArray<T> Choices<T>(string name)
        where T : struct, Enum =>
        Text(name) is { } text ? [.. text.Split(',').Select(part => Parse<T>(name, part)).OfType<T>().Distinct().Order()] : [];

    public void Require(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (!query.ContainsKey(name))
                _errors.Add(name, "is required.");
        }
    }

    /// <summary>For rules that concern several parameters.</summary>
    public void Refuse(string name, string message) => _errors.Add(name, message);

    /// <summary>Refuses a parameter of the API that this version does not know how to answer: to ignore it would give a wrong answer.</summary>
    public void NotSupported(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (query.ContainsKey(name))
                _errors.Add(name, "is not supported by this version.");
        }
    }

    public void ThrowIfRefused() => _errors.ThrowIfAny();

    T? Parse<T>(string name, string text)
        where T : struct, Enum
    {
        if (WireNames<T>.TryParse(text, out var value))
            return value;
        _errors.Add(name, $"'{text}' is not one of {WireNames<T>.All}.");
        return null;
    }
}
