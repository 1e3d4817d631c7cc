using FlowRuns.Load.Measures;
using Spectre.Console;

namespace FlowRuns.Load.Results;

/// <summary>A report for the terminal: a column per measurement.</summary>
static class ReportTable
{
    public static void Write(Report report)
    {
        AnsiConsole.WriteLine($"{report.Machine.Processor}, {report.Machine.Cores} cores, {report.Machine.MemoryGigabytes} GB, {report.Machine.System}; load average before: {report.Machine.LoadAverage}");
        AnsiConsole.WriteLine(string.Join(", ", report.Versions.Select(version => $"{version.Key} {version.Value}")));
        if (report.Baselines.Count > 0)
            WriteBaselines(report);
        if (report.Measurements.Count > 0)
            WriteMeasurements(report);
        if (report.Reads.Count > 0)
            HistoryTable.Write(report.Reads, report.Drops);
        foreach (var measurement in report.Measurements)
        {
            foreach (var fault in measurement.Faults.Take(10))
                AnsiConsole.WriteLine($"WRONG in {measurement.Scenario}: {fault}");
        }
    }

    static void WriteBaselines(Report report)
    {
        var table = new Table().AddColumns("plain client", "connections", "runs/s", "one commit, p50 ms", "CPU s per 1,000 runs");
        foreach (var baseline in report.Baselines)
            table.AddRow($"{baseline.CommitsPerRun} commits per run", $"{baseline.Connections}", $"{baseline.RunsPerSecond:0}", $"{baseline.CommitMilliseconds:0.00}", $"{baseline.CpuPerThousand:0.000}");
        AnsiConsole.Write(table);
    }

    static void WriteMeasurements(Report report)
    {
        var table = new Table().AddColumn("");
        foreach (var measurement in report.Measurements)
            table.AddColumn($"{measurement.Scenario}\n{measurement.Profile}{(measurement.Silos == 1 ? "" : $", {measurement.Silos} silos")}\n{measurement.Pressure}");

        Add("runs/s completed", m => $"{m.RunsPerSecond:0}");
        Add("x 2 commits per run", m => Ratio(m.RunsPerSecond, report.FindBest(2)?.RunsPerSecond));
        Add("x 7 commits per run", m => Ratio(m.RunsPerSecond, report.FindBest(7)?.RunsPerSecond));
        Add("x thousand-flows", m => Ratio(m.RunsPerSecond, Find(m, "thousand-flows", m.Profile)));
        Add("x one silo on PostgreSQL", m => Ratio(m.RunsPerSecond, Find(m, m.Scenario, Profiles.Postgres)));
        Add("accept p50 / p99, ms", m => $"{m.AcceptMilliseconds}");
        Add("one commit p50, ms", m => $"{m.CommitMilliseconds:0.00}");
        Add("accept p50 x one commit", m => Ratio(m.AcceptMilliseconds.P50, m.CommitMilliseconds));
        Add("start to finish p50 / p99, ms", m => $"{m.RunMilliseconds}");
        Add("CPU s per 1,000 runs: product", m => $"{m.ProductCpuPerThousand:0.000}");
        Add("  database", m => $"{m.DatabaseCpuPerThousand:0.000}");
        Add("  driver", m => $"{m.DriverCpuPerThousand:0.000}");
        Add("transactions per run", m => $"{m.TransactionsPerRun:0.000}");
        Add("WAL bytes per run", m => $"{m.LogBytesPerRun:0}");
        Add("table and index bytes per run", m => $"{m.StoredBytesPerRun:0}");
        Add("product's peak memory, MB", m => $"{m.ProductPeakMegabytes:0}");
        Add("refused with 503", m => $"{m.Refused}");
        Add("checked", m => m.Faults.Count == 0 ? "all ended, stats equal" : $"{m.Faults.Count} WRONG");
        AnsiConsole.Write(table);

        void Add(string name, Func<Measurement, string> figure) => table.AddRow([name, .. report.Measurements.Select(figure)]);

        double? Find(Measurement like, string scenario, string profile) =>
            report.Measurements.FirstOrDefault(m => m != like && m.Scenario == scenario && m.Profile == profile && m.Silos == 1 && m.Pressure == like.Pressure)?.RunsPerSecond;
    }

    static string Ratio(double figure, double? reference) => reference is { } other ? $"{figure / other:0.00}" : "";
}
