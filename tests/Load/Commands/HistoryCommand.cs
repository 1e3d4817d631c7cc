using System.CommandLine;
using FlowRuns.Load.Histories;
using FlowRuns.Load.Results;
using Spectre.Console;

namespace FlowRuns.Load.Commands;

/// <summary>Measures reads on a large history.</summary>
static class HistoryCommand
{
    public static Command Make()
    {
        var sizes = new Option<long[]>("--runs-in-history") { Description = "How many runs the history has; several are measured one after another.", DefaultValueFactory = _ => [200_000], AllowMultipleArgumentsPerToken = true };
        var connections = new Option<int>("--connections") { Description = "How many read at once.", DefaultValueFactory = _ => 16 };
        var duration = new Option<int>("--duration") { Description = "Seconds for each kind of read.", DefaultValueFactory = _ => 5 };
        var warmUp = new Option<int>("--warm-up") { Description = "Seconds of all kinds of reads before the first is measured.", DefaultValueFactory = _ => 22 };
        var adding = new Option<int?>("--adding") { Description = "Measures all once more while so many runs per second are started." };

        var command = new Command("history", "Measures lists, details and statistics of a history of any size.") { sizes, connections, duration, warmUp, adding };
        command.SetAction(async (parsed, stop) =>
        {
            var machine = Machine.Read();
            await using var postgres = await LocalPostgres.StartAsync();
            var experiment = new HistoryExperiment(postgres, parsed.GetValue(connections), TimeSpan.FromSeconds(parsed.GetValue(duration)), TimeSpan.FromSeconds(parsed.GetValue(warmUp)), AnsiConsole.WriteLine);
            List<ReadMeasurement> reads = [];
            List<DropMeasurement> drops = [];
            foreach (var size in parsed.GetValue(sizes)!)
            {
                var (some, drop) = await experiment.MeasureAsync(size, parsed.GetValue(adding));
                reads.AddRange(some);
                drops.Add(drop);
            }

            var report = await Report.MakeAsync(machine, postgres) with { Reads = reads, Drops = drops };
            ReportTable.Write(report);
            await report.SaveAsync(stop);
            return 0;
        });
        return command;
    }
}
