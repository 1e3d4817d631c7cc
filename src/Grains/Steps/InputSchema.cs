using System.Collections.Immutable;
using System.Text.Json;
using FlowRuns.Errors;
using FlowRuns.Json;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using NJsonSchema;
using NJsonSchema.Validation;

namespace FlowRuns.Steps;

/// <summary>A step's input schema, ready to check inputs.</summary>
sealed class InputSchema(JsonData schema)
{
    // Keeps nothing of what it validates, and is costly to make.
    static readonly JsonSchemaValidator Validator = new();

    // Reading from text is asynchronous by signature only: there is no file or address to load from.
    readonly JsonSchema _schema = JsonSchema.FromJsonAsync(schema.ToString()).GetAwaiter().GetResult();

    public ImmutableArray<FieldError> Check(JsonElement input, string field, bool allowExpressions)
    {
        using var reader = new JsonTextReader(new StringReader(input.GetRawText())) { DateParseHandling = DateParseHandling.None, MaxDepth = JsonData.MaxDepth };
        return
        [
            .. Validator.Validate(JToken.ReadFrom(reader), _schema)
                .SelectMany(error => Remaining(error, allowExpressions))
                .Select(error => SchemaProblem.Describe(error, field))
                .DistinctBy(error => error.Field),
        ];
    }

    /// <summary>The errors to report of one that may contain others: none where an expression may still become what is wanted.</summary>
    static IEnumerable<ValidationError> Remaining(ValidationError error, bool allowExpressions)
    {
        if (allowExpressions && error.Token is JValue { Value: string text } && text.Contains("{{"))
            return [];
        if (error is not ChildSchemaValidationError parent)
            return [error];

        var alternatives = parent.Errors.Values.Select(errors => errors.SelectMany(child => Remaining(child, allowExpressions)).ToList()).ToList();
        return error.Kind is ValidationErrorKind.NotAnyOf or ValidationErrorKind.NotOneOf
            ? alternatives.Exists(errors => errors.Count == 0) ? [] : [error]
            : alternatives.SelectMany(errors => errors);
    }
}
