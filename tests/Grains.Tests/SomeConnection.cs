using System.Text.Json;
using FlowRuns.Connections;
using FlowRuns.Projects;
using FlowRuns.Steps;

namespace FlowRuns.Grains.Tests;

/// <summary>Connections and contexts with what a test says, and valid values for the rest.</summary>
static class SomeConnection
{
    public static Connection To(string app, object value) => new(ConnectionId.New(DateTimeOffset.UnixEpoch), "some", app, JsonSerializer.SerializeToElement(value));

    public static StepContext Context(object input, Connection? connection = null) =>
        new() { Input = JsonSerializer.SerializeToElement(input), Connection = connection, AttemptKey = "run_1:step" };

    public static JsonElement Output(this StepOutcome outcome) => Assert.IsType<StepOutcome.Succeeded>(outcome).Output.ToElement();

    public static StepOutcome.Failed Failure(this StepOutcome outcome) => Assert.IsType<StepOutcome.Failed>(outcome);
}
