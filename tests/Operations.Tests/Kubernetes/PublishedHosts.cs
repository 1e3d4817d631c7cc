using System.Diagnostics;
using FlowRuns.Failover.Tests.Silo;

namespace FlowRuns.Operations.Tests.Kubernetes;

/// <summary>What the Dockerfile puts into <c>/app</c> of the images, published once for all tests.</summary>
public sealed class PublishedHosts : IAsyncLifetime
{
    readonly string _directory = Directory.CreateTempSubdirectory("flowruns-published-").FullName;

    public string FolderOf(string container) => Path.Combine(_directory, container);

    public async ValueTask InitializeAsync()
    {
        foreach (var (container, project) in new[] { ("silo", "Silo"), ("gateway", "Gateway") })
            await PublishAsync(project, FolderOf(container));
    }

    public ValueTask DisposeAsync()
    {
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
