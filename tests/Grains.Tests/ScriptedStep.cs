using System.Collections.Concurrent;
using System.Collections.Immutable;
using FlowRuns.Grains.Tests.Storage;
using FlowRuns.Json;
using FlowRuns.Steps;

namespace FlowRuns.Grains.Tests;

/// <summary>A step with effects that does what a test wrote for it.</summary>
sealed class ScriptedStep : IStep
{
    readonly ConcurrentDictionary<string, Func<CancellationToken, Task<StepOutcome>>> _scripts = new();
    int _count;

    public string Type => "test.scripted";

    public string Description => "Does what a test wrote.";

    public ImmutableArray<string> Connections => ["http"];

    public bool ConnectionOptional => true;

    public bool HasEffects => true;

    public JsonData InputSchema { get; } = JsonSchemaText.Of("""{ "type": "object" }""");

    public JsonData OutputSchema { get; } = JsonSchemaText.Of("""{ "type": "object" }""");

    public StepDefinition Define(string name, Func<CancellationToken, Task<StepOutcome>> script)
    {
        var id = $"{Interlocked.Increment(ref _count)}";
        _scripts[id] = script;
        return new StepDefinition { Key = name, Name = name, Type = Type, Input = StoredRuns.JsonOf($$"""{"script":"{{id}}"}""") };
    }

    public Task<StepOutcome> ExecuteAsync(StepContext context, CancellationToken cancellationToken) =>
        _scripts[context.Input.GetProperty("script").GetString()!](cancellationToken);
}
