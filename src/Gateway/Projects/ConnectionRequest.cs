using System.Text.Json;
using FlowRuns.Json;
using FlowRuns.Projects;

namespace FlowRuns.Gateway.Projects;

sealed record ConnectionRequest
{
    public string? Name { get; init; }

    public string? App { get; init; }

    /// <summary>An object whose members depend on <see cref="App"/>.</summary>
    public JsonData? Value { get; init; }

    public ConnectionDefinition ToDefinition()
    {
        var errors = new FieldErrors();
        errors.RequireText("name", Name);
        errors.RequireText("app", App);
        if (Value is not { } value || value.ToElement().ValueKind != JsonValueKind.Object)
            errors.Add("value", "must be a JSON object; its members depend on the app.");
        errors.ThrowIfAny();

        return new ConnectionDefinition { Name = Name, App = App, Value = Value ?? JsonData.EmptyObject };
    }
}
