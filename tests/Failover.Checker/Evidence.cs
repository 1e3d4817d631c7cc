namespace FlowRuns.Failover.Checker;

/// <summary>All that is known: what the client was told, what the sink was sent, and what the API says in the end.</summary>
sealed class Evidence
{
    public Evidence(IReadOnlyList<LogLine> log, IReadOnlyList<SinkCall> calls, IEnumerable<FlowDump> dumps)
    {
        Log = log;
        Calls = calls;
        Flows = log.OfType<FlowDefined>().ToDictionary(line => line.Plan.FlowId, line => line.Plan);
        Histories = [.. dumps.Select(dump => new FlowHistory(dump))];
        Starts = log.OfType<StartAsked>().ToLookup(line => line.FlowId);
        Stops = [.. log.OfType<ServerStopped>().Select(line => line.At)];
        Launches = [.. log.OfType<ServerLaunched>().Select(line => line.At)];
        Seen = log.OfType<RunSeen>().Select(line => (line.At, Run: Run.Parse(line.Run))).ToLookup(seen => seen.Run.Id);
        CallsByRun = calls.Where(call => call.Key is not null).ToLookup(call => RunOf(call.Key!));
    }

    public IReadOnlyList<LogLine> Log { get; }

    public IReadOnlyList<SinkCall> Calls { get; }

    public IReadOnlyDictionary<string, FlowPlan> Flows { get; }

    public IReadOnlyList<FlowHistory> Histories { get; }

    public ILookup<string, StartAsked> Starts { get; }

    public IReadOnlyList<DateTimeOffset> Stops { get; }

    public IReadOnlyList<DateTimeOffset> Launches { get; }

    public ILookup<string, (DateTimeOffset At, Run Run)> Seen { get; }

    public ILookup<string, SinkCall> CallsByRun { get; }

    /// <summary>A key is <c>runId:stepKey</c>.</summary>
    public static string RunOf(string key) => key.Split(':', 2)[0];

    public static string StepOf(string key) => key.Split(':', 2)[^1];
}
