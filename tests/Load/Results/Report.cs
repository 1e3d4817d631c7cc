using System.Text.Json;
using FlowRuns.Failover.Tests.Silo;
using FlowRuns.Grains.Tests;
using FlowRuns.Load.Baselines;
using FlowRuns.Load.Histories;
using FlowRuns.Load.Measures;
using Spectre.Console;

namespace FlowRuns.Load.Results;

/// <summary>Everything that one command measured.</summary>
sealed record Report
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public required DateTimeOffset Date { get; init; }

    public required string Command { get; init; }

    public required Machine Machine { get; init; }

    public required IReadOnlyDictionary<string, string> Versions { get; init; }

    public IReadOnlyList<Baseline> Baselines { get; init; } = [];

    public IReadOnlyList<Measurement> Measurements { get; init; } = [];

    public IReadOnlyList<ReadMeasurement> Reads { get; init; } = [];

    public IReadOnlyList<DropMeasurement> Drops { get; init; } = [];

    public static async Task<Report> MakeAsync(Machine machine, PrivatePostgres postgres) => new()
    {
        Date = TimeProvider.System.GetUtcNow(),
        Command = string.Join(' ', Environment.GetCommandLineArgs().Skip(1)),
        Machine = machine,
        Versions = await Results.Versions.ReadAsync(postgres.ConnectionString),
    };

    /// <summary>Of the plain clients that commit so often, the fastest.</summary>
    public Baseline? FindBest(int commitsPerRun) => Baselines.Where(baseline => baseline.CommitsPerRun == commitsPerRun).MaxBy(baseline => baseline.RunsPerSecond);

    /// <summary>Under <c>artifacts/load</c>, named by date and time.</summary>
    public async Task SaveAsync(CancellationToken cancellationToken)
    {
        var directory = Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts", "load"));
        var file = Path.Combine(directory.FullName, $"{Date:yyyyMMdd-HHmmss}.json");
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(this, Json), cancellationToken);
        AnsiConsole.WriteLine($"Saved in {file}");
    }
}
