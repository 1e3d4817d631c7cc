using FlowRuns.Failover.Tests.Silo;

namespace FlowRuns.Load.Servers;

/// <summary>The product as its user has it: the built Release program in a process of its own, with its own data directory and without a rate limit.</summary>
sealed class Product : IAsyncDisposable
{
    // Any will do: everything that it encrypts goes with the directory.
    static readonly string KeyRing = $"k1:{Convert.ToBase64String(new byte[32])}\n";

    readonly SiloSettings _settings;
    SiloProcess _process;

    Product(SiloSettings settings, SiloProcess process)
    {
        _settings = settings;
        _process = process;
    }

    public Uri Url => _settings.Url;

    public string Key => _settings.Key;

    public string DataDirectory => _settings.DataDirectory;

    public int ProcessId => _process.Id;

    /// <param name="connectionString">An empty database; null for the embedded profile.</param>
    public static async Task<Product> StartAsync(string? connectionString, StandIn standIn)
    {
        var settings = new SiloSettings
        {
            DataDirectory = Directory.CreateTempSubdirectory("flowruns-load-").FullName,
            ConnectionString = connectionString,
            Egress = standIn.Url.Authority,
        };
        await File.WriteAllTextAsync(Path.Combine(settings.DataDirectory, "encryption.key"), KeyRing);
        return new Product(settings, await SiloProcess.StartReadyAsync(settings));
    }

    /// <summary>Stops it, does the work that must be done behind its back, and starts it again.</summary>
    public async Task RestartAsync(Func<Task> meanwhile)
    {
        await _process.StopAsync();
        _process.Dispose();
        await meanwhile();
        _process = await SiloProcess.StartReadyAsync(_settings);
    }

    public async ValueTask DisposeAsync()
    {
        await _process.StopAsync();
        _process.Dispose();
        Directory.Delete(DataDirectory, recursive: true);
    }
}
