using System.Diagnostics;
using System.Text;
using FlowRuns.Failover.Tests.Silo;

namespace FlowRuns.Operations.Tests.Alerts;

/// <summary>The rules of <c>deploy/prometheus</c>, evaluated by promtool over what was scraped from a real process.</summary>
static class AlertRules
{
    /// <summary>How promtool writes that a scrape had no such series.</summary>
    const string Absent = "_";

    static readonly string File = Path.Combine(Repository.Root, "deploy", "prometheus", "flowruns.rules.yaml");

    /// <summary>Fails unless the alert is silent while the process stays as it was before, and fires some minutes after it became as it is now, seen once a minute.</summary>
    /// <remarks>Skips the test where there is no promtool; fails it under CI=true.</remarks>
    public static async Task FireAsync(string alert, Scrape before, params Scrape[] now)
    {
        var directory = Directory.CreateTempSubdirectory("flowruns-alerts-").FullName;
        var test = Path.Combine(directory, "test.yaml");
        await System.IO.File.WriteAllTextAsync(test, $"""
            rule_files: ["{File}"]
            evaluation_interval: 1m
            tests:
            {Test(alert, [before], expected: 0)}
            {Test(alert, [before, .. now], expected: 1)}
            """);

        using var promtool = Start("test", "rules", test);
        var errors = promtool.StandardError.ReadToEndAsync();
        var output = await promtool.StandardOutput.ReadToEndAsync();
        await promtool.WaitForExitAsync();

        Assert.True(promtool.ExitCode == 0, $"{output}{await errors}");
        Directory.Delete(directory, recursive: true);
    }

    /// <param name="scrapes">One a minute; the last is repeated.</param>
    static string Test(string alert, IReadOnlyList<Scrape> scrapes, int expected)
    {
        var series = new StringBuilder();
        foreach (var name in scrapes.SelectMany(scrape => scrape.Series.Keys).Distinct())
        {
            var values = scrapes.Select(scrape => scrape.Series.GetValueOrDefault(name, Absent)).ToList();
            series.AppendLine($"  - series: '{name}'\n    values: '{string.Join(' ', values)} {(values[^1] == Absent ? "_x15" : $"{values[^1]}+0x15")}'");
        }

        return $$"""
            - interval: 1m
              input_series:
            {{series}}
              promql_expr_test:
              - expr: count(count_over_time(ALERTS{alertname="{{alert}}", alertstate="firing"}[10m])) or vector(0)
                eval_time: 10m
                exp_samples: [{ labels: '{}', value: {{expected}} }]
            """;
    }

    static Process Start(params string[] arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo("promtool", arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        }
        catch (System.ComponentModel.Win32Exception) when (Environment.GetEnvironmentVariable("CI") != "true")
        {
            Assert.Skip("promtool is needed (Debian: apt-get install prometheus).");
            throw;
        }
    }
}
