using FlowRuns.Failover.Tests.Silo;

namespace FlowRuns.Gateway.Tests.Server;

/// <summary>The real product in a process and a directory of its own, and a stand-in for what its steps call.</summary>
public sealed class ServerFixture : IAsyncLifetime
{
    readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("flowruns-contract-");
    readonly HttpClient _http = new();
    SiloProcess _silo = null!;

    /// <summary>With an admin key of the default project.</summary>
    internal Api Operator { get; private set; } = null!;

    internal Api Nobody { get; private set; } = null!;

    internal StepTarget Target { get; private set; } = null!;

    internal string Log => _silo.Output;

    public async ValueTask InitializeAsync()
    {
        var settings = new SiloSettings { DataDirectory = _directory.FullName, Egress = "127.0.0.1/32", TrustedProxies = "127.0.0.1" };
        Target = await StepTarget.StartAsync();
        _silo = await SiloProcess.StartReadyAsync(settings);
        _http.BaseAddress = settings.Url;
        Operator = new Api(_http, settings.Key);
        Nobody = new Api(_http, key: null);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        Target.LetAllGo();
        await _silo.StopAsync();
        _silo.Dispose();
        await Target.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    /// <summary>A new project, seen with its admin key.</summary>
    internal async Task<Api> NewProjectAsync()
    {
        var project = await Operator.PostAsync("projects", """{ "name": "Contract" }""");
        return new Api(_http, project.Json.GetProperty("key").GetString());
    }

    internal Api With(string key) => new(_http, key);

    /// <summary>Every byte that the product has written to its directory, as Latin-1 text.</summary>
    internal async Task<string> ReadFilesAsync()
    {
        var texts = new List<string>();
        foreach (var file in _directory.EnumerateFiles("*", SearchOption.AllDirectories).Where(file => file.Name != "lock"))
        {
            await using var stream = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(stream, System.Text.Encoding.Latin1);
            texts.Add(await reader.ReadToEndAsync());
        }

        return string.Concat(texts);
    }
}
