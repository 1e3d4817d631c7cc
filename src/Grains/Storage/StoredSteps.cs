using System.Collections.Immutable;
using System.Text.Json;
using FlowRuns.Steps;

namespace FlowRuns.Storage;

/// <summary>Step results as the UTF-8 JSON array that a column holds.</summary>
static class StoredSteps
{
    public static byte[] Write(ImmutableArray<StepResult> steps) =>
        JsonSerializer.SerializeToUtf8Bytes(steps, StoreJsonContext.Default.ImmutableArrayStepResult);

    public static ImmutableArray<StepResult> Read(byte[]? utf8) =>
        utf8 is null ? [] : JsonSerializer.Deserialize(utf8, StoreJsonContext.Default.ImmutableArrayStepResult);

    public static int CountSucceeded(ImmutableArray<StepResult> steps) => steps.Count(step => step.Status == StepStatus.Succeeded);
}
