using System.Diagnostics;
using FlowRuns.Failover.Tests.Silo;

namespace FlowRuns.Operations.Tests.Kubernetes;

/// <summary>What the Dockerfile puts into <c>/app</c> of the images, without the native code, which takes minutes; published once for all tests.</summary>
/// <remarks>The environment variable <c>FLOWRUNS_PUBLISHED</c> names a folder that holds <c>silo</c> and <c>gateway</c> as the Dockerfile publishes them.</remarks>
public sealed class PublishedHosts : IAsyncLifetime
{
    readonly string? _given = Environment.GetEnvironmentVariable("FLOWRUNS_PUBLISHED");
    readonly string _directory;

    public PublishedHosts() => _directory = _given ?? Directory.CreateTempSubdirectory("flowruns-published-").FullName;

    public string FolderOf(string container) => Path.Combine(_directory, container);

    public async ValueTask InitializeAsync()
    {
        if (_given is not null)
            return;
        foreach (var (container, project) in new[] { ("silo", "Silo"), ("gateway", "Gateway") })
            await PublishAsync(project, FolderOf(container));
    }

    public ValueTask DisposeAsync()
    {
        if (_given is null)
            Directory.Delete(_directory, recursive: true);
        return ValueTask.CompletedTask;
    }

    static async Task PublishAsync(string project, string folder)
    {
        // The configuration of this very build, so that nothing is compiled anew.
        var configuration = AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}") ? "Release" : "Debug";
        using var process = Process.Start(new ProcessStartInfo("dotnet", ["publish", Path.Combine(Repository.Root, "src", project), "-c", configuration, "--no-build", "-o", folder])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{output}{await errors}");
    }
}
