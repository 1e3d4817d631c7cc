using FlowRuns.Load.Histories;
using Spectre.Console;

namespace FlowRuns.Load.Results;

/// <summary>Reads for the terminal: a row per kind, a column per history.</summary>
static class HistoryTable
{
    public static void Write(IReadOnlyList<ReadMeasurement> reads, IReadOnlyList<DropMeasurement> drops)
    {
        var histories = reads.Select(read => (read.Runs, read.Adding)).Distinct().ToList();
        var table = new Table().AddColumn("p50 / p99, ms");
        foreach (var (runs, adding) in histories)
            table.AddColumn($"{runs:#,0} runs{(adding == 0 ? "" : $"\nwhile {adding}/s are added")}");
        foreach (var kind in reads.GroupBy(read => read.Read))
            table.AddRow([kind.Key, .. histories.Select(history => $"{kind.Single(read => (read.Runs, read.Adding) == history).Milliseconds}")]);
        AnsiConsole.Write(table);
        foreach (var drop in drops)
            AnsiConsole.WriteLine($"A week of {drop.Runs:#,0} runs was dropped in {drop.Milliseconds:0} ms; list, page 1, p50 / p99 before: {drop.ListBefore}, meanwhile: {drop.ListMeanwhile}");
    }
}
