using System.Collections.Immutable;
using FlowRuns.Failover.Checker;

namespace FlowRuns.Failover.Tests.Load;

/// <summary>A flow of the load, and what the checker may expect of its runs.</summary>
sealed record LoadFlow(string Name, ImmutableArray<LoadStep> Steps)
{
    public string? FailsAt { get; init; }

    public string? MayFailAt { get; init; }

    public static ImmutableArray<LoadFlow> All(Uri sink) =>
    [
        new("Pure", [LoadStep.Text("Greet", "Hello {{ trigger.body.number }}"), LoadStep.Text("Repeat", "{{ steps.greet.output.text }}!")]),
        new("One call", [LoadStep.Text("Greet", "Hello"), LoadStep.Call("Tell", sink, "/fast")]),
        new("Chain", [.. Enumerable.Range(1, 4).Select(number => LoadStep.Call($"Link {number}", sink, "/slow"))]),
        new("Missing path", [LoadStep.Text("Break", "{{ trigger.body.nobody.sent.this }}"), LoadStep.Call("Never", sink, "/fast")]) { FailsAt = "Break" },
        new("Refused call", [LoadStep.Call("Tell", sink, "/fast"), LoadStep.Call("Refused", sink, "/broken"), LoadStep.Call("Never", sink, "/fast")]) { FailsAt = "Refused" },
        new("Retried call", [LoadStep.Call("Flaky", sink, "/flaky") with { Attempts = 5 }]),
        new("Delayed", [LoadStep.Call("Flaky", sink, "/flaky") with { Attempts = 5, Delay = "3s" }, LoadStep.Call("Tell", sink, "/fast")]),
        new("Long", [.. Enumerable.Range(1, 12).Select(number => LoadStep.Call($"Link {number}", sink, "/slow"))]),
        new("At most once", [LoadStep.Call("Once", sink, "/slow") with { AtMostOnce = true }]) { MayFailAt = "Once" },
    ];

    public object Definition => new { name = Name, trigger = new { type = "MANUAL" }, steps = Steps.Select(step => step.Definition) };

    public FlowPlan Plan(string flowId) => new()
    {
        FlowId = flowId,
        Name = Name,
        Steps = [.. Steps.Select(step => step.Plan)],
        FailsAt = FailsAt,
        MayFailAt = MayFailAt,
    };
}
