using FlowRuns.Failover.Tests.Silo;

namespace FlowRuns.Gateway.Tests.Host;

/// <summary>Processes with a setting that their operator has to mend.</summary>
public sealed class StartupTests : IDisposable
{
    const string ConnectionString = "ConnectionStrings:FlowRuns must be an Npgsql connection string";
    const string Password = "never-to-be-seen";

    // Its owner may write it but not read it, and here the system holds root to that as well.
    const string Unreadable = "/proc/sys/vm/compact_memory";

    readonly string _directory = Directory.CreateTempSubdirectory("flowruns-startup-").FullName;

    string KeyFile => Path.Combine(_directory, "encryption.key");

    [Theory]
    [InlineData($"postgres://flowruns:{Password}@db.example/flowruns")]
    [InlineData($"postgres://flowruns:{Password}@db.example/flowruns?sslmode=require")]
    [InlineData($"Host=db.example;Passwort={Password}")]
    [InlineData($"Host=db.example;Password={Password};Port=many")]
    public async Task Silo_ConnectionStringThatIsNone_EndsNamingTheSetting(string connectionString)
    {
        await File.WriteAllTextAsync(KeyFile, $"k1:{Convert.ToBase64String(new byte[32])}\n");

        await EndsAsync(new SiloSettings { DataDirectory = _directory, ConnectionString = connectionString }, ConnectionString);
    }

    [Theory]
    [InlineData($"postgres://flowruns:{Password}@db.example/flowruns")]
    [InlineData($"postgres://flowruns:{Password}@db.example/flowruns?sslmode=require")]
    public Task Gateway_ConnectionStringThatIsNone_EndsNamingTheSetting(string connectionString) =>
        EndsAsync(new SiloSettings { DataDirectory = _directory, ConnectionString = connectionString, Program = Repository.GatewayDll }, ConnectionString);

    [Theory]
    [InlineData("k1:CHANGE_ME")]
    [InlineData("# none yet")]
    public async Task Silo_KeyFileWithoutAKey_EndsNamingTheSetting(string text)
    {
        await File.WriteAllTextAsync(KeyFile, text);

        await EndsAsync(new SiloSettings { DataDirectory = _directory }, "FlowRuns:EncryptionKeyFile: ", KeyFile);
    }

    [Fact]
    public Task Silo_KeyFileThatCannotBeRead_EndsNamingTheSetting()
    {
        Assert.SkipUnless(File.Exists(Unreadable), $"There is no {Unreadable}.");

        var settings = new SiloSettings { DataDirectory = _directory, More = new Dictionary<string, string> { ["FlowRuns__EncryptionKeyFile"] = Unreadable } };
        return EndsAsync(settings, "FlowRuns:EncryptionKeyFile must name a key file that this process may read", Unreadable);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    static async Task EndsAsync(SiloSettings settings, params string[] reasons)
    {
        using var process = SiloProcess.Start(settings);

        Assert.Equal(1, await process.WaitForExitAsync());

        Assert.StartsWith("FlowRuns did not start: ", process.Output);
        Assert.All(reasons, reason => Assert.Contains(reason, process.Output));
        Assert.DoesNotContain("   at ", process.Output);
        Assert.DoesNotContain(Password, process.Output);
    }
}
