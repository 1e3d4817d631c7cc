using System.Text;
using FlowRuns.Json;

namespace FlowRuns.Triggers;

/// <summary>What started one run, with its data.</summary>
[GenerateSerializer, Immutable, Alias("flowruns.trigger")]
public sealed record Trigger
{
    [Id(0)]
    public required TriggerType Type { get; init; }

    /// <summary>The output of step 0: an object, <c>{ "body": ... }</c> when started by hand, <c>{ "scheduledTime": ... }</c> for a schedule.</summary>
    [Id(1)]
    public required JsonData Output { get; init; }

    /// <summary>The occurrence that was due; null unless <see cref="Type"/> is <see cref="TriggerType.Schedule"/>.</summary>
    [Id(2)]
    public DateTimeOffset? DueTime { get; init; }

    /// <summary>The trigger of a run started by hand.</summary>
    public static Trigger Manual(JsonData body) => new() { Type = TriggerType.Manual, Output = BodyOutput(body) };

    /// <summary>The trigger of a run that a schedule started.</summary>
    public static Trigger Scheduled(DateTimeOffset dueTime) => new()
    {
        Type = TriggerType.Schedule,
        Output = new(Encoding.UTF8.GetBytes($$"""{"scheduledTime":"{{UtcTimeConverter.Format(dueTime)}}"}""")),
        DueTime = dueTime,
    };

    /// <summary><c>{ "body": ... }</c>.</summary>
    public static JsonData BodyOutput(JsonData body)
    {
        byte[] output = [.. "{\"body\":"u8, .. body.Utf8.Span, (byte)'}'];
        return new(output);
    }
}
