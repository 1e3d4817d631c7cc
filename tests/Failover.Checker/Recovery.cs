namespace FlowRuns.Failover.Checker;

/// <summary>How soon the runs that a stop had interrupted moved again: their next call or their end. Counted from the stop where it is known which runs
/// the server executed, as in a cluster; else from the launch of the next server.</summary>
sealed record Recovery(IReadOnlyList<TimeSpan> Delays, int Interrupted)
{
    public static Recovery Of(Evidence evidence)
    {
        var runs = evidence.Histories.SelectMany(history => history.Details.Values).ToList();
        var delays = new List<TimeSpan>();
        var interrupted = 0;
        foreach (var launch in evidence.Launches)
        {
            var end = evidence.Stops.Where(stop => stop > launch).DefaultIfEmpty(DateTimeOffset.MaxValue).Min();
            foreach (var run in runs.Where(run => run.StartTime < launch && run.FinishTime > launch))
            {
                interrupted++;
                var moved = evidence.CallsByRun[run.Id].Select(call => call.At).Append(run.FinishTime!.Value).Where(at => at > launch).Min();
                if (moved < end)
                    delays.Add(moved - launch);
            }
        }

        foreach (var stop in evidence.Log.OfType<ServerStopped>())
        {
            foreach (var run in runs.Where(run => run.FinishTime > stop.At && stop.Runs.Contains(run.Id)))
            {
                interrupted++;
                delays.Add(evidence.CallsByRun[run.Id].Select(call => call.At).Append(run.FinishTime!.Value).Where(at => at > stop.At).Min() - stop.At);
            }
        }

        return new([.. delays.Order()], interrupted);
    }

    public override string ToString() => Delays.Count == 0
        ? $"{Interrupted} times a run was interrupted."
        : $"{Interrupted} times a run was interrupted; {Delays.Count} times it moved again before the next stop, half of them within {At(0.5):0.0} s, 95 % within {At(0.95):0.0} s, the last after {At(1):0.0} s.";

    double At(double share) => Delays[(int)Math.Ceiling(share * Delays.Count) - 1].TotalSeconds;
}
