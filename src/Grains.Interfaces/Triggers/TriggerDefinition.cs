using System.Text.Json.Serialization;
using FlowRuns.Json;

namespace FlowRuns.Triggers;

/// <summary>What starts a flow. Settings of other trigger types than <see cref="Type"/> are refused, not ignored.</summary>
[GenerateSerializer, Immutable, Alias("flowruns.trigger-definition")]
public sealed record TriggerDefinition
{
    /// <summary><see cref="TriggerType.Schedule"/>, <see cref="TriggerType.Webhook"/> or <see cref="TriggerType.Manual"/>.</summary>
    [Id(0)]
    public required TriggerType Type { get; init; }

    /// <summary>The display name, and the name of step 0 in runs that this trigger starts.</summary>
    [Id(1)]
    public required string Name { get; init; }

    /// <summary>Five fields, or six with seconds first, or a macro such as <c>@hourly</c>. A schedule has this or <see cref="Every"/>.</summary>
    [Id(2)]
    public string? Cron { get; init; }

    /// <summary>A fixed beat instead of a cron expression, at least one second.</summary>
    [Id(3), JsonConverter(typeof(DurationTextConverter))]
    public TimeSpan? Every { get; init; }

    /// <summary>IANA name; null means UTC.</summary>
    [Id(4)]
    public string? TimeZone { get; init; }

    /// <summary>null means <see cref="CatchUpPolicy.One"/> with the default window.</summary>
    [Id(5)]
    public CatchUp? CatchUp { get; init; }

    [Id(6)]
    public OverlapPolicy? Overlap { get; init; }

    /// <summary>The HTTP method that a webhook answers, or <c>ANY</c>; null means <c>POST</c>.</summary>
    [Id(7)]
    public string? Method { get; init; }

    [Id(8)]
    public WebhookResponse? Response { get; init; }

    /// <summary>A schedule has no due time before this; null means from the moment when it is enabled. With <see cref="Every"/> the first due time, from which it counts.</summary>
    [Id(9)]
    public DateTimeOffset? StartsAt { get; init; }

    /// <summary>A schedule has no due time at or after this; null means never ending.</summary>
    [Id(10)]
    public DateTimeOffset? EndsAt { get; init; }

    /// <summary>Runs start up to this much later than due, each due time by an amount of its own that is always the same, but never after the next due time; null means none.</summary>
    [Id(11), JsonConverter(typeof(DurationTextConverter))]
    public TimeSpan? Jitter { get; init; }

    /// <summary>null means <see cref="WebhookAuthentication.None"/>.</summary>
    [Id(12)]
    public WebhookAuthentication? Authentication { get; init; }

    /// <summary>A text with an expression that names a delivery, such as <c>{{ trigger.body.id }}</c>; null means what the sender signed or, where it signs no time, its headers.</summary>
    [Id(13)]
    public string? IdempotencyKey { get; init; }

    /// <summary>How long a webhook that answers with the result waits for it, 1 s to 60 s; null means 30 s.</summary>
    [Id(14), JsonConverter(typeof(DurationTextConverter))]
    public TimeSpan? ResponseTimeout { get; init; }
}
