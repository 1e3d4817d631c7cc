using System.Collections.Immutable;
using FlowRuns.Errors;

namespace FlowRuns.Flows;

/// <summary>Collects what is wrong with a definition.</summary>
sealed class FieldErrors
{
    readonly ImmutableArray<FieldError>.Builder _errors = ImmutableArray.CreateBuilder<FieldError>();

    public void Add(string field, string message) => _errors.Add(new FieldError(field, message));

    public void AddRange(IEnumerable<FieldError> errors) => _errors.AddRange(errors);

    public void CheckName(string field, string name)
    {
        if (string.IsNullOrWhiteSpace(name))
            Add(field, $"must not be empty: 1 to {FlowValidation.MaxNameLength} characters");
        else if (name.Length > FlowValidation.MaxNameLength)
            Add(field, $"has {name.Length} characters, {FlowValidation.MaxNameLength} are allowed");
    }

    public ImmutableArray<FieldError> ToImmutable() => _errors.ToImmutable();
}
