using System.CommandLine;
using FlowRuns.Grains.Tests;
using FlowRuns.Load.Baselines;
using FlowRuns.Load.Driving;
using FlowRuns.Load.Measures;
using FlowRuns.Load.Results;
using Spectre.Console;

namespace FlowRuns.Load.Commands;

/// <summary>Measures how fast runs go through, beside plain clients on the same PostgreSQL.</summary>
static class RunsCommand
{
    static readonly (int CommitsPerRun, int Connections)[] Plain = [(2, 16), (2, 64), (7, 16), (7, 64)];

    public static RootCommand Make()
    {
        var scenarios = new Argument<string[]>("scenario") { Description = "What is measured, one after another.", DefaultValueFactory = _ => ["report5"] }
            .AcceptOnlyFromAmong([.. Scenario.All.Select(scenario => scenario.Name)]);
        var profiles = new Option<string[]>("--profile") { Description = "On what.", DefaultValueFactory = _ => [Profiles.Postgres], AllowMultipleArgumentsPerToken = true }
            .AcceptOnlyFromAmong(Profiles.Postgres, Profiles.Embedded);
        var connections = new Option<int[]>("--connections") { Description = "Closed loop: so many connections, each with one request at a time.", DefaultValueFactory = _ => [64], AllowMultipleArgumentsPerToken = true };
        var rate = new Option<int?>("--rate") { Description = "Open loop: so many starts per second, over at most --connections connections." };
        var silos = new Option<int[]>("--silos") { Description = "Processes that share the load on PostgreSQL.", DefaultValueFactory = _ => [1], AllowMultipleArgumentsPerToken = true };
        var warmUp = new Option<int>("--warm-up") { Description = "Seconds.", DefaultValueFactory = _ => 20 };
        var duration = new Option<int>("--duration") { Description = "Seconds measured.", DefaultValueFactory = _ => 20 };
        var baseline = new Option<int>("--baseline") { Description = "Seconds for each plain client; 0 for none.", DefaultValueFactory = _ => 10 };

        var command = new RootCommand("Measures FlowRuns against plain clients of the same PostgreSQL, and checks every run afterwards.") { scenarios, profiles, connections, rate, silos, warmUp, duration, baseline };
        command.SetAction(async (parsed, stop) =>
        {
            var machine = Machine.Read();
            await using var postgres = await LocalPostgres.StartAsync();
            var baselines = await MeasurePlainAsync(postgres, TimeSpan.FromSeconds(parsed.GetValue(baseline)));

            var experiment = new Experiment(postgres, TimeSpan.FromSeconds(parsed.GetValue(warmUp)), TimeSpan.FromSeconds(parsed.GetValue(duration)));
            List<Measurement> measurements = [];
            foreach (var scenario in Scenario.All.Where(scenario => parsed.GetValue(scenarios)!.Contains(scenario.Name)))
            {
                foreach (var (profile, siloCount) in parsed.GetValue(profiles)!.SelectMany(profile => Counts(profile).Select(count => (profile, count))))
                {
                    foreach (var pressure in parsed.GetValue(connections)!.Select(count => new Pressure(count, parsed.GetValue(rate))))
                    {
                        AnsiConsole.WriteLine($"{scenario.Name}, {profile}, {siloCount} silos, {pressure}");
                        measurements.Add(await experiment.MeasureAsync(scenario, profile, siloCount, pressure));
                    }
                }
            }

            var report = await Report.MakeAsync(machine, postgres) with { Baselines = baselines, Measurements = measurements };
            ReportTable.Write(report);
            await report.SaveAsync(stop);
            return measurements.TrueForAll(measurement => measurement.Faults.Count == 0) ? 0 : 1;

            // SQLite has one process.
            IEnumerable<int> Counts(string profile) => profile == Profiles.Postgres ? parsed.GetValue(silos)! : [1];
        });
        return command;
    }

    static async Task<IReadOnlyList<Baseline>> MeasurePlainAsync(PrivatePostgres postgres, TimeSpan duration)
    {
        if (duration == TimeSpan.Zero)
            return [];

        var database = await PrivatePostgres.NewDatabaseAsync(postgres.ConnectionString, "plain");
        List<Baseline> baselines = [];
        foreach (var (commitsPerRun, connections) in Plain)
        {
            AnsiConsole.WriteLine($"plain client, {commitsPerRun} commits per run, {connections} connections");
            baselines.Add(await new PlainClient(database, postgres.ProcessId, commitsPerRun).MeasureAsync(connections, duration));
        }

        return baselines;
    }
}
