namespace FlowRuns.Projects;

/// <summary>What one API key stands for; no identity once it is revoked.</summary>
[GenerateSerializer, Alias("flowruns.api-key-state")]
sealed class ApiKeyState
{
    [Id(0)]
    public ApiKeyIdentity? Identity { get; set; }

    [Id(1)]
    public DateTimeOffset? Expires { get; set; }
}
