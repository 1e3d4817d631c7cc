using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using FlowRuns.Errors;

namespace FlowRuns.Gateway;

/// <summary>Gathers what is wrong with a request, so that its author learns all of it at once.</summary>
sealed class FieldErrors
{
    // One body can hold a wrong value in every other byte; nobody reads that many.
    const int MaxKept = 100;

    readonly ImmutableArray<FieldError>.Builder _errors = ImmutableArray.CreateBuilder<FieldError>();

    public bool Any => _errors.Count > 0;

    public ImmutableArray<FieldError> All => _errors.ToImmutable();

    public void Add(string field, string message)
    {
        if (_errors.Count < MaxKept)
            _errors.Add(new FieldError(field, message));
    }

    /// <summary>Requires 1 to <paramref name="maxLength"/> characters that are not all blank.</summary>
    public void RequireText(string field, [NotNull] string? text, int maxLength = 200)
    {
        if (string.IsNullOrWhiteSpace(text) || text.Length > maxLength)
            Add(field, text is null ? "is required." : $"must have 1 to {maxLength} characters that are not all blank; it has {text.Length}.");
        text ??= "";
    }

    public void ThrowIfAny()
    {
        if (Any)
            throw new RequestRefusedException(All);
    }
}
