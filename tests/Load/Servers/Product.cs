using FlowRuns.Failover.Tests.Silo;

namespace FlowRuns.Load.Servers;

/// <summary>The product as its user has it: the built Release program in a process of its own, with its own data directory, the images' environment, and without a rate limit.</summary>
sealed class Product : IAsyncDisposable
{
    // Any will do: everything that it encrypts goes with the directory.
    static readonly string KeyRing = $"k1:{Convert.ToBase64String(new byte[32])}\n";

    readonly SiloSettings[] _settings;
    readonly List<SiloProcess> _silos = [];

    Product(SiloSettings[] settings) => _settings = settings;

    public IReadOnlyList<Uri> Urls => [.. _settings.Select(silo => silo.Url)];

    public string Key => _settings[0].Key;

    public string DataDirectory => _settings[0].DataDirectory;

    /// <summary>What it has printed.</summary>
    public string Output => string.Join('\n', _silos.Select(silo => silo.Output));

    public IReadOnlyList<int> ProcessIds => [.. _silos.Select(silo => silo.Id)];

    /// <param name="connectionString">An empty database; null for the embedded profile, which has one silo.</param>
    public static async Task<Product> StartAsync(string? connectionString, StandIn standIn, int siloCount = 1)
    {
        var settings = new SiloSettings
        {
            DataDirectory = Directory.CreateTempSubdirectory("flowruns-load-").FullName,
            // A start on a busy machine takes longer than the two seconds by which the product takes its database for away.
            ConnectionString = connectionString is null ? null : $"{connectionString};Timeout=15;Command Timeout=15",
            Egress = standIn.Url.Authority,
            More = new Dictionary<string, string> { ["DOTNET_GCgen0size"] = "0x2000000" },
        };
        await File.WriteAllTextAsync(Path.Combine(settings.DataDirectory, "encryption.key"), KeyRing);
        var product = new Product([.. Enumerable.Range(0, siloCount).Select(_ => settings with { Ports = FreePorts.Take(3) })]);
        await product.StartAsync();
        return product;
    }

    /// <summary>Stops it, does the work that must be done behind its back, and starts it again.</summary>
    public async Task RestartAsync(Func<Task> meanwhile)
    {
        await StopAsync();
        await meanwhile();
        await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(DataDirectory, recursive: true);
    }

    async Task StartAsync()
    {
        foreach (var silo in _settings)
            _silos.Add(await SiloProcess.StartReadyAsync(silo));
    }

    async Task StopAsync()
    {
        foreach (var silo in _silos)
        {
            await silo.StopAsync();
            silo.Dispose();
        }

        _silos.Clear();
    }
}
