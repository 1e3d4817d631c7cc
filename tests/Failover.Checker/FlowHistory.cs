using System.Text.Json;

namespace FlowRuns.Failover.Checker;

/// <summary>All that the API says about one flow's runs.</summary>
sealed class FlowHistory(FlowDump dump)
{
    public string FlowId { get; } = dump.FlowId;

    /// <summary>In the order in which the pages showed them.</summary>
    public IReadOnlyList<Run> Rows { get; } = [.. dump.Rows.Select(Run.Parse)];

    /// <summary>By run id, without those that the API did not know.</summary>
    public IReadOnlyDictionary<string, Run> Details { get; } = dump.Details.ToDictionary(d => d.Key, d => Run.Parse(d.Value));

    public FlowStats Stats { get; } = dump.Stats.Deserialize<FlowStats>(JsonLines.Options)!;
}

/// <summary>A flow's history as it came, to be kept in a file.</summary>
sealed record FlowDump(string FlowId, IReadOnlyList<JsonElement> Rows, IReadOnlyDictionary<string, JsonElement> Details, JsonElement Stats)
{
    public static FlowDump Read(string path)
    {
        using var file = File.OpenRead(path);
        return JsonSerializer.Deserialize<FlowDump>(file, JsonLines.Options)!;
    }

    public void Write(string directory)
    {
        Directory.CreateDirectory(directory);
        using var file = File.Create(Path.Combine(directory, $"{FlowId}.json"));
        JsonSerializer.Serialize(file, this, JsonLines.Options);
    }
}

sealed record FlowStats
{
    public required long TotalRuns { get; init; }

    public required long Succeeded { get; init; }

    public required long Failed { get; init; }

    public required decimal SuccessRate { get; init; }

    public required decimal AverageDuration { get; init; }

    public DateTimeOffset? LastRun { get; init; }

    public long Running { get; init; }

    public long Canceled { get; init; }
}
