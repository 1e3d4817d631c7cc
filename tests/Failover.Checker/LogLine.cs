using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace FlowRuns.Failover.Checker;

/// <summary>One line of the load client's log. Lines are in the order in which things happened.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(FlowDefined), "flow")]
[JsonDerivedType(typeof(StartAsked), "start")]
[JsonDerivedType(typeof(RunSeen), "seen")]
[JsonDerivedType(typeof(ServerStopped), "stopped")]
[JsonDerivedType(typeof(ServerLaunched), "launched")]
abstract record LogLine
{
    /// <summary>When the client knew: for an answer, after it had been read.</summary>
    public required DateTimeOffset At { get; init; }
}

sealed record FlowDefined : LogLine
{
    public required FlowPlan Plan { get; init; }
}

/// <summary>A start of a run and its answer, if one came.</summary>
sealed record StartAsked : LogLine
{
    public required string FlowId { get; init; }

    public string? IdempotencyKey { get; init; }

    /// <summary>null when the connection broke first.</summary>
    public int? Status { get; init; }

    public string? RunId { get; init; }

    public string? Error { get; init; }

    [JsonIgnore]
    public bool IsPromised => Status is 200 or 201 or 202;
}

/// <summary>The detail of a run as the API showed it at some time.</summary>
sealed record RunSeen : LogLine
{
    public required JsonElement Run { get; init; }
}

/// <summary>A new server's process was started, and nothing of it was ready yet.</summary>
sealed record ServerLaunched : LogLine;

/// <summary>The server was gone by this time, killed or stopped.</summary>
sealed record ServerStopped : LogLine
{
    public required string How { get; init; }

    /// <summary>The runs that it executed, where that is known.</summary>
    public ImmutableArray<string> Runs { get; init; } = [];
}
