using System.Collections.Immutable;
using FlowRuns.Errors;

namespace FlowRuns.Gateway.Flows;

/// <summary>Whether a flow could be created as it is, and if not, why.</summary>
sealed record FlowValidity(bool Valid, ImmutableArray<FieldError>? Errors)
{
    public static FlowValidity Of(ImmutableArray<FieldError> errors) => new(errors.IsEmpty, errors.IsEmpty ? null : errors);
}
