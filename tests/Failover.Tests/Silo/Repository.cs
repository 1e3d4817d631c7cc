namespace FlowRuns.Failover.Tests.Silo;

/// <summary>Where the product's built files are, seen from the test's own.</summary>
static class Repository
{
    public static string Root { get; } = FindRoot(new(AppContext.BaseDirectory));

    /// <summary>The environment variable <c>FLOWRUNS_SILO</c> names another build: its <c>FlowRuns.Silo.dll</c>, or its program that brings the runtime along.</summary>
    public static string Silo { get; } = Environment.GetEnvironmentVariable("FLOWRUNS_SILO")
        ?? Path.Combine(Root, "src", "Silo", BuildFolder, "FlowRuns.Silo.dll");

    public static string GatewayDll { get; } = Path.Combine(Root, "src", "Gateway", BuildFolder, "FlowRuns.Gateway.dll");

    public static string LoadDll { get; } = Path.Combine(Root, "tests", "Load", BuildFolder, "FlowRuns.Load.dll");

    /// <summary><c>bin/Debug/net10.0</c>: the same below every project.</summary>
    static string BuildFolder =>
        string.Join(Path.DirectorySeparatorChar, Path.GetRelativePath(Path.Combine(Root, "tests"), AppContext.BaseDirectory).Split(Path.DirectorySeparatorChar)[1..]);

    static string FindRoot(DirectoryInfo? directory)
    {
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "FlowRuns.sln")))
            directory = directory.Parent;
        return directory?.FullName ?? throw new DirectoryNotFoundException($"No FlowRuns.sln above {AppContext.BaseDirectory}.");
    }
}
