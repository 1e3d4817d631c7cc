namespace FlowRuns.Failover.Checker;

static class Check
{
    /// <returns>0 when all rules hold, 1 when one is broken, 2 when the arguments make no sense.</returns>
    public static async Task<int> RunAsync(string[] args, TextWriter output)
    {
        if (CheckerOptions.Parse(args) is not { } options)
        {
            await output.WriteLineAsync(CheckerOptions.Usage);
            return 2;
        }

        var evidence = await GatherAsync(options);
        var violations = Verdict.Of(evidence);
        foreach (var violation in violations)
        {
            await output.WriteLineAsync($"{violation.Rule}: {violation.Subject}: {violation.Message}");
            foreach (var line in RunStory.Tell(evidence, violation.Subject))
                await output.WriteLineAsync($"    {line}");
        }

        var runs = evidence.Histories.Sum(history => history.Rows.Count);
        await output.WriteLineAsync($"{violations.Count} violations in {runs} runs of {evidence.Histories.Count} flows, {evidence.Calls.Count} calls, {evidence.Stops.Count} stops of the server.");
        var starts = evidence.Starts.SelectMany(starts => starts).ToList();
        await output.WriteLineAsync($"{starts.Where(start => start.IsPromised).DistinctBy(start => start.RunId).Count()} runs acknowledged, {starts.Count(start => !start.IsPromised)} starts without success. {Recovery.Of(evidence)}");
        return violations.Count == 0 ? 0 : 1;
    }

    static async Task<Evidence> GatherAsync(CheckerOptions options)
    {
        var log = JsonLines.Read<LogLine>(options.Log);
        var calls = JsonLines.Read<SinkCall>(options.Sink);
        if (options.Dump is { } directory)
            return new(log, calls, Directory.EnumerateFiles(directory, "*.json").Order().Select(FlowDump.Read));

        var dumps = new List<FlowDump>();
        using var api = new ApiWalk(options.Api!, options.Key!);
        var promised = log.OfType<StartAsked>().Where(line => line.IsPromised).ToLookup(line => line.FlowId, line => line.RunId!);
        foreach (var flow in log.OfType<FlowDefined>())
            dumps.Add(await api.ReadAsync(flow.Plan.FlowId, promised[flow.Plan.FlowId]));
        if (options.Save is { } save)
            dumps.ForEach(dump => dump.Write(save));
        return new(log, calls, dumps);
    }
}
