namespace FlowRuns.Failover.Tests;

/// <summary>What the environment says about the length and size of a test.</summary>
static class Setting
{
    /// <returns>null when the variable is not set.</returns>
    public static int? Find(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text) : null;
}
