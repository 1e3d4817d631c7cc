using System.CommandLine;
using System.Text.Json;
using FlowRuns.Failover.Tests.Silo;
using FlowRuns.Grains.Tests;
using FlowRuns.Load;
using FlowRuns.Load.Baselines;
using FlowRuns.Load.Driving;
using FlowRuns.Load.Measures;
using FlowRuns.Load.Results;
using Spectre.Console;

var scenarios = new Argument<string[]>("scenario") { Description = "What is measured, one after another.", Arity = ArgumentArity.OneOrMore }.AcceptOnlyFromAmong([.. Scenario.All.Select(scenario => scenario.Name)]);
var profiles = new Option<string[]>("--profile") { Description = "On what.", DefaultValueFactory = _ => [Profiles.Postgres], AllowMultipleArgumentsPerToken = true }.AcceptOnlyFromAmong(Profiles.Postgres, Profiles.Embedded);
var connections = new Option<int[]>("--connections") { Description = "Closed loop: so many connections, each with one request at a time.", DefaultValueFactory = _ => [64], AllowMultipleArgumentsPerToken = true };
var rate = new Option<int?>("--rate") { Description = "Open loop: so many starts per second, over up to --connections connections." };
var warmUp = new Option<int>("--warm-up") { Description = "Seconds.", DefaultValueFactory = _ => 10 };
var duration = new Option<int>("--duration") { Description = "Seconds measured.", DefaultValueFactory = _ => 20 };
var baselineSeconds = new Option<int>("--baseline") { Description = "Seconds per baseline; 0 for none.", DefaultValueFactory = _ => 10 };
var save = new Option<string>("--save") { Description = "Where the report goes as JSON.", DefaultValueFactory = _ => Path.Combine(Repository.Root, "artifacts", "load") };

var root = new RootCommand("Measures FlowRuns against plain code on the same PostgreSQL, and checks every run afterwards.") { scenarios, profiles, connections, rate, warmUp, duration, baselineSeconds, save };
root.SetAction(async (command, stop) =>
{
    var machine = Machine.Read();
    var binaries = PrivatePostgres.FindBinaries() ?? throw new InvalidOperationException("No PostgreSQL was found: install one (Debian: apt-get install postgresql).");
    await using var postgres = await PrivatePostgres.StartAsync(binaries);

    List<Baseline> baselines = [];
    if (command.GetValue(baselineSeconds) is var seconds and > 0)
    {
        var database = await PrivatePostgres.NewDatabaseAsync(postgres.ConnectionString, "plain");
        foreach (var (commitsEachStep, count) in new[] { (false, 1), (false, 16), (false, 64), (true, 16), (true, 64) })
        {
            AnsiConsole.WriteLine($"plain client, {(commitsEachStep ? 7 : 2)} commits per run, {count} connections");
            baselines.Add(await new PlainClient(database, commitsEachStep).MeasureAsync(count, TimeSpan.FromSeconds(seconds)));
        }
    }

    List<Measurement> measurements = [];
    var experiment = new Experiment(postgres, TimeSpan.FromSeconds(command.GetValue(warmUp)), TimeSpan.FromSeconds(command.GetValue(duration)));
    foreach (var scenario in Scenario.All.Where(scenario => command.GetValue(scenarios)!.Contains(scenario.Name)))
    {
        foreach (var profile in command.GetValue(profiles)!)
        {
            foreach (var count in command.GetValue(connections)!)
            {
                var pressure = new Pressure(count, command.GetValue(rate));
                AnsiConsole.WriteLine($"{scenario.Name}, {profile}, {pressure}");
                measurements.Add(await experiment.MeasureAsync(scenario, profile, pressure));
            }
        }
    }

    var report = new Report
    {
        Date = TimeProvider.System.GetUtcNow(),
        Command = string.Join(' ', args),
        Machine = machine,
        Versions = await Versions.ReadAsync(postgres.ConnectionString),
        Baselines = baselines,
        Measurements = measurements,
    };
    ReportTable.Write(report);
    var directory = Directory.CreateDirectory(command.GetValue(save)!);
    var file = Path.Combine(directory.FullName, $"{report.Date:yyyyMMdd-HHmmss}.json");
    await File.WriteAllTextAsync(file, JsonSerializer.Serialize(report, new JsonSerializerOptions(JsonSerializerDefaults.Web) { WriteIndented = true }), stop);
    AnsiConsole.WriteLine($"Saved in {file}");
    return measurements.TrueForAll(measurement => measurement.Faults.Count == 0) ? 0 : 1;
});
return await root.Parse(args).InvokeAsync();
