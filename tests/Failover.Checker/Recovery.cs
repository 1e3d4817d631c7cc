namespace FlowRuns.Failover.Checker;

/// <summary>How soon the runs that a stop had interrupted moved again: their next call or their end. Counted from the stop where it is known which runs
/// the server executed, as in a cluster; else from the launch of the next server.</summary>
sealed record Recovery(IReadOnlyList<TimeSpan> Delays, int Interrupted, ILookup<string, TimeSpan> DelaysByHarm)
{
    public static Recovery Of(Evidence evidence)
    {
        var runs = evidence.Histories.SelectMany(history => history.Details.Values).ToList();
        var delays = new List<(string Harm, TimeSpan Delay)>();
        var interrupted = 0;
        foreach (var launch in evidence.Launches)
        {
            var end = evidence.Stops.Where(stop => stop > launch).DefaultIfEmpty(DateTimeOffset.MaxValue).Min();
            foreach (var run in runs.Where(run => run.StartTime < launch && run.FinishTime > launch))
            {
                interrupted++;
                var moved = evidence.CallsByRun[run.Id].Select(call => call.At).Append(run.FinishTime!.Value).Where(at => at > launch).Min();
                if (moved < end)
                    delays.Add(("launched", moved - launch));
            }
        }

        foreach (var stop in evidence.Log.OfType<ServerStopped>())
        {
            foreach (var run in runs.Where(run => run.FinishTime > stop.At && stop.Runs.Contains(run.Id)))
            {
                interrupted++;
                var moved = evidence.CallsByRun[run.Id].Select(call => call.At).Append(run.FinishTime!.Value).Where(at => at > stop.At).Min();
                delays.Add((Kind(stop.How), moved - stop.At));
            }
        }

        return new([.. delays.Select(d => d.Delay).Order()], interrupted, delays.OrderBy(d => d.Delay).ToLookup(d => d.Harm, d => d.Delay));
    }

    public override string ToString() => Delays.Count == 0
        ? $"{Interrupted} times a run was interrupted."
        : $"{Interrupted} times a run was interrupted; {Delays.Count} times it moved again before the next stop, {Text(Delays)}"
            + $" ({string.Join("; ", DelaysByHarm.OrderBy(harm => harm.Key).Select(harm => $"{harm.Key}: {harm.Count()} times, {Text([.. harm])}"))}).";

    static string Text(IReadOnlyList<TimeSpan> delays) => $"half of them within {At(delays, 0.5):0.0} s, 95 % within {At(delays, 0.95):0.0} s, the last after {At(delays, 1):0.0} s";

    static double At(IReadOnlyList<TimeSpan> delays, double share) => delays[(int)Math.Ceiling(share * delays.Count) - 1].TotalSeconds;

    /// <summary>Which silos it hit says nothing, how many they were does.</summary>
    static string Kind(string harm) => string.Concat(harm.Select(c => char.IsAsciiDigit(c) ? '#' : c));
}
