using System.Diagnostics;
using System.Text;
using FlowRuns.Failover.Tests.Silo;

namespace FlowRuns.Operations.Tests.Alerts;

/// <summary>The rules of <c>deploy/prometheus</c>, evaluated by promtool over what was scraped from a real process.</summary>
static class AlertRules
{
    static readonly string File = Path.Combine(Repository.Root, "deploy", "prometheus", "flowruns.rules.yaml");

    /// <summary>Fails unless the alert is silent while the process stays as it was before, and fires some minutes after it became as it is now.</summary>
    /// <remarks>Skips the test where there is no promtool; fails it under CI=true.</remarks>
    public static async Task FireAsync(string alert, Scrape before, Scrape now)
    {
        var directory = Directory.CreateTempSubdirectory("flowruns-alerts-").FullName;
        var test = Path.Combine(directory, "test.yaml");
        await System.IO.File.WriteAllTextAsync(test, $"""
            rule_files: ["{File}"]
            evaluation_interval: 1m
            tests:
            {Test(alert, before, before, expected: 0)}
            {Test(alert, before, now, expected: 1)}
            """);

        using var promtool = Start("test", "rules", test);
        var errors = promtool.StandardError.ReadToEndAsync();
        var output = await promtool.StandardOutput.ReadToEndAsync();
        await promtool.WaitForExitAsync();

        Assert.True(promtool.ExitCode == 0, $"{output}{await errors}");
        Directory.Delete(directory, recursive: true);
    }

    static string Test(string alert, Scrape before, Scrape now, int expected)
    {
        var series = new StringBuilder();
        foreach (var name in before.Series.Keys.Union(now.Series.Keys))
            series.AppendLine($"  - series: '{name}'\n    values: '{before.Series.GetValueOrDefault(name, "0")} {now.Series.GetValueOrDefault(name, "_")}+0x15'".Replace("_+0x15", "_x15"));

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
