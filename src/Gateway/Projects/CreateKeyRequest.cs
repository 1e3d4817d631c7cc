using FlowRuns.Json;
using FlowRuns.Projects;

namespace FlowRuns.Gateway.Projects;

sealed record CreateKeyRequest
{
    public string? Name { get; init; }

    public ApiKeyScope? Scope { get; init; }

    /// <summary>null means never.</summary>
    public DateTimeOffset? Expires { get; init; }

    public (string Name, ApiKeyScope Scope) Validate(DateTimeOffset now)
    {
        var errors = new FieldErrors();
        errors.RequireText("name", Name);
        if (Scope is null)
            errors.Add("scope", $"is required: one of {WireNames<ApiKeyScope>.All}.");
        if (Expires <= now)
            errors.Add("expires", $"{UtcTimeConverter.Format(Expires.Value)} is past; leave it out for a key that does not expire.");
        errors.ThrowIfAny();

        return (Name, Scope ?? ApiKeyScope.Read);
    }
}
