using System.Globalization;
using FlowRuns.Errors;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using NJsonSchema;
using NJsonSchema.Validation;

namespace FlowRuns.Steps;

/// <summary>Says of a schema error which value is wrong and what would be right.</summary>
static class SchemaProblem
{
    const int LongestQuote = 60;

    public static FieldError Describe(ValidationError error, string field)
    {
        var path = error.Path?.TrimStart('#', '/') ?? "";
        var place = path.Length == 0 || path[0] == '[' ? field + path : $"{field}.{path}";
        return new FieldError(place, Message(error));
    }

    static string Message(ValidationError error)
    {
        var schema = error.Schema;
        var value = Quote(error.Token);
        return error.Kind switch
        {
            ValidationErrorKind.PropertyRequired => $"is required.{About(schema.ActualProperties.GetValueOrDefault(error.Property ?? ""))}",
            ValidationErrorKind.NoAdditionalPropertiesAllowed when schema.PatternProperties.Count > 0 => $"is not a possible name: names match {string.Join(" or ", schema.PatternProperties.Keys)}.",
            ValidationErrorKind.NoAdditionalPropertiesAllowed => $"is not known here: possible are {string.Join(", ", schema.ActualProperties.Keys)}.",
            ValidationErrorKind.NotInEnumeration => $"{value} is none of {string.Join(", ", schema.Enumeration.Select(one => one ?? "null"))}.",
            ValidationErrorKind.NumberTooSmall => $"{value} is below {Number(schema.Minimum)}.",
            ValidationErrorKind.NumberTooBig => $"{value} is above {Number(schema.Maximum)}.",
            ValidationErrorKind.StringTooShort => $"{value} is shorter than {schema.MinLength} characters.{About(schema)}",
            ValidationErrorKind.StringTooLong => $"{value} is longer than {schema.MaxLength} characters.{About(schema)}",
            ValidationErrorKind.PatternMismatch => $"{value} does not match the pattern {schema.Pattern}.{About(schema)}",
            ValidationErrorKind.TooFewProperties => $"has fewer than {schema.MinProperties} members.{About(schema)}",
            ValidationErrorKind.NotAnyOf or ValidationErrorKind.NotOneOf or ValidationErrorKind.NoTypeValidates => $"{value} has none of the possible forms: {Forms(schema)}.{About(schema)}",
            _ when schema.Type != JsonObjectType.None => $"{value} is not {Forms(schema)}.{About(schema)}",
            _ => $"{value} is not valid ({error.Kind}).{About(schema)}",
        };
    }

    static string Forms(JsonSchema schema)
    {
        IEnumerable<JsonSchema> alternatives = schema.AnyOf.Concat(schema.OneOf).Select(one => one.ActualSchema).Append(schema).Where(one => one.Type != JsonObjectType.None);
        return string.Join(" or ", alternatives.SelectMany(one => one.Type.ToString().Split(", ")).Distinct().Select(type => type switch
        {
            "Array" or "Integer" or "Object" => $"an {type.ToLowerInvariant()}",
            "Null" => "null",
            _ => $"a {type.ToLowerInvariant()}",
        }));
    }

    static string About(JsonSchema? schema) => schema?.Description is { } description ? $" {description}" : "";

    static string Number(decimal? limit) => limit?.ToString(CultureInfo.InvariantCulture) ?? "the limit";

    // All or nothing: errors are masked later, and of a secret that lies across a cut the mask would not know the part that is left.
    static string Quote(JToken? token)
    {
        var text = (token is JProperty property ? property.Value : token)?.ToString(Formatting.None) ?? "null";
        return text.Length <= LongestQuote ? text : $"a value of {text.Length} characters";
    }
}
