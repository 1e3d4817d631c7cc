using System.Text.Json;
using System.Text.RegularExpressions;
using FlowRuns.Failover.Tests.Silo;

namespace FlowRuns.Operations.Tests.Alerts;

public sealed partial class GrafanaTests
{
    [Fact]
    public async Task Queries_OfTheDashboardAndTheAlerts_AskForMetricsThatTheSourceNames()
    {
        var deploy = Path.Combine(Repository.Root, "deploy");
        var dashboard = JsonElement.Parse(await File.ReadAllTextAsync(Path.Combine(deploy, "grafana", "flowruns.json")));
        var queries = dashboard.GetProperty("panels").EnumerateArray().Where(panel => panel.TryGetProperty("targets", out _)).SelectMany(panel => panel.GetProperty("targets").EnumerateArray()).Select(target => target.GetProperty("expr").GetString()!);
        var rules = await File.ReadAllTextAsync(Path.Combine(deploy, "prometheus", "flowruns.rules.yaml"));
        var source = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "src", "Grains", "Telemetry", "FlowRunsInstruments.cs"));

        var asked = queries.Append(rules).SelectMany(text => Metric.Matches(text)).Select(match => match.Groups["name"].Value).ToHashSet();
        var named = Instrument.Matches(source).Select(match => match.Groups["name"].Value.Replace('.', '_')).ToHashSet();

        Assert.Equal(named.Order(), asked.Order());
    }

    [GeneratedRegex("(?<name>flowruns(_[a-z]+)+?)(_seconds)?(_bucket|_count|_sum|_total)?(?![a-z_])", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    static partial Regex Metric { get; }

    [GeneratedRegex("\"(?<name>flowruns(\\.[a-z]+)+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    static partial Regex Instrument { get; }
}
