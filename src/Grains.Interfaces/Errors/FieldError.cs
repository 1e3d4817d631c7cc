namespace FlowRuns.Errors;

/// <summary>One wrong input: the path of the field as the caller wrote it (<c>steps[1].input.url</c>), and what is wrong with which value and what would be right.</summary>
[GenerateSerializer, Immutable, Alias("flowruns.field-error")]
public sealed record FieldError([property: Id(0)] string Field, [property: Id(1)] string Message);
