using System.Text.RegularExpressions;
using FlowRuns.Failover.Tests.Silo;

namespace FlowRuns.Failover.Tests.Readme;

/// <summary>Types the quick start into a fresh copy of the repository, as a newcomer would.</summary>
[Collection(SiloCollection.Name)]
public sealed partial class ReadmeTests(ITestOutputHelper output)
{
    const int ApiPort = 8080;
    const int SlackPort = 8090;

    // Two builds from nothing on a small machine.
    static readonly TimeSpan Deadline = TimeSpan.FromMinutes(8);

    [Fact]
    public void Blocks_OfTheQuickStart_AreTwoServersAndCommands()
    {
        var blocks = ReadmeBlock.Read(QuickStart(Repository.Root));

        Assert.Equal(2, blocks.Count(block => block.IsServer));
        Assert.Contains(blocks, block => !block.IsServer && block.Commands.Contains("?wait="));
    }

    [Fact]
    public async Task QuickStart_TypedIntoAFreshCopy_PostsTheReport()
    {
        Assert.SkipUnless(IsInstalled("bash") && IsInstalled("curl"), "bash or curl is missing");
        using var deadline = new CancellationTokenSource(Deadline);
        using var copy = new RepositoryCopy(Repository.Root);
        var ports = FreePorts.Take(4);
        MovePorts(copy.Root, ports[0], ports[1]);
        var environment = new Dictionary<string, string>
        {
            ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{ports[0]}",
            ["Orleans__Endpoints__SiloPort"] = $"{ports[2]}",
            ["Orleans__Endpoints__GatewayPort"] = $"{ports[3]}",
            ["MSBUILDDISABLENODEREUSE"] = "1",
        };
        var blocks = ReadmeBlock.Read(QuickStart(copy.Root));
        Terminal Open(string name, string commands) => new(copy.Root, Path.Combine(copy.Root, $"{name}.log"), commands, environment);

        using var slack = Open("slack", blocks.First(block => block.IsServer).Commands);
        await WaitForAsync(new($"http://127.0.0.1:{ports[1]}/"), slack, deadline.Token);
        using var product = Open("product", blocks.Last(block => block.IsServer).Commands);
        await WaitForAsync(new($"http://127.0.0.1:{ports[0]}/health/ready"), product, deadline.Token);
        environment["KEY"] = PrintedKey().Match(product.Output).Value;
        using var user = Open("user", string.Join('\n', blocks.Where(block => !block.IsServer).Select(block => block.Commands)));
        var exitCode = await user.WaitForExitAsync(deadline.Token);

        output.WriteLine(user.Output);
        Assert.True(exitCode == 0, $"Exit code {exitCode}:\n{user.Output}\n{product.Output}");
        Assert.DoesNotContain("\"error\"", user.Output);
        Assert.Contains("\"status\":\"SUCCEEDED\"", user.Output);
        Assert.Contains("Daily Sales Report: 24 orders, 12500 in revenue", user.Output);
        Assert.Contains("\"totalRuns\":1", user.Output);
        Assert.Contains("#sales Daily Sales Report: 24 orders, 12500 in revenue", slack.Output);
    }

    [GeneratedRegex("fs_(live|test)_[0-9A-Za-z_]+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PrintedKey();

    static string QuickStart(string root) => File.ReadAllText(Path.Combine(root, "README.md"));

    /// <summary>The README's own ports may be taken, here by a second test.</summary>
    static void MovePorts(string root, int api, int slack)
    {
        string[] files = ["README.md", Path.Combine("samples", "daily-sales.cs")];
        foreach (var file in files.Select(file => Path.Combine(root, file)).Where(File.Exists))
            File.WriteAllText(file, File.ReadAllText(file).Replace($"127.0.0.1:{ApiPort}", $"127.0.0.1:{api}").Replace($"127.0.0.1:{SlackPort}", $"127.0.0.1:{slack}"));
    }

    static async Task WaitForAsync(Uri address, Terminal server, CancellationToken deadline)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        while (!await Readiness.IsThereAsync(http, address))
        {
            Assert.False(server.HasExited, server.Output);
            await Task.Delay(200, deadline);
        }
    }

    static bool IsInstalled(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(directory => File.Exists(Path.Combine(directory, program)));
}
