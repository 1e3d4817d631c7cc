using FlowRuns.Gateway.Host;

namespace FlowRuns.Silo;

/// <summary>What a process is for, from <c>FlowRuns:Role</c>.</summary>
enum Role
{
    /// <summary>Executes runs and serves the API.</summary>
    All,

    /// <summary>Executes runs; gateways serve the API.</summary>
    Silo,
}

static class RoleSetting
{
    const string Key = "FlowRuns:Role";

    public static Role ReadRole(this IConfiguration configuration) => configuration[Key] switch
    {
        null or "" => Role.All,
        var text when Enum.TryParse<Role>(text, ignoreCase: true, out var role) && Enum.IsDefined(role) => role,
        var text => throw new StartupException($"{Key} must be {string.Join(" or ", Enum.GetNames<Role>())}, not '{text}'."),
    };
}
