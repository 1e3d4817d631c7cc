namespace FlowRuns.Projects;

/// <summary>What came of trying a connection: <see cref="Error"/> says why it failed, null when it works.</summary>
[GenerateSerializer, Immutable, Alias("flowruns.connection-test")]
public sealed record ConnectionTest([property: Id(0)] bool Success, [property: Id(1)] string? Error);
