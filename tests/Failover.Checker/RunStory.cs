namespace FlowRuns.Failover.Checker;

/// <summary>All that is known about one run, in the order of time.</summary>
static class RunStory
{
    public static IEnumerable<string> Tell(Evidence evidence, string runId)
    {
        var starts = evidence.Log.OfType<StartAsked>().Where(line => line.RunId == runId)
            .Select(line => (line.At, Text: $"start answered {line.Status}, idempotency key {line.IdempotencyKey ?? "none"}"));
        var calls = evidence.CallsByRun[runId].Select(call => (call.At, Text: $"sink called at {call.Path} with {call.Key}"));
        var seen = evidence.Seen[runId].Select(seen => (seen.At, Text: $"seen as {seen.Run.Raw}"));
        List<(DateTimeOffset At, string Text)> facts = [.. starts, .. calls, .. seen];
        if (facts.Count > 0)
        {
            var (first, last) = (facts.Min(fact => fact.At).AddMinutes(-1), facts.Max(fact => fact.At).AddMinutes(1));
            facts.AddRange(evidence.Log.OfType<ServerStopped>().Where(line => line.At > first && line.At < last).Select(line => (line.At, $"server stopped: {line.How}")));
        }

        var told = facts.OrderBy(fact => fact.At).Select(fact => $"{fact.At:O} {fact.Text}");
        var rows = evidence.Histories.SelectMany(history => history.Rows).Where(row => row.Id == runId).Select(row => $"in the list: {row.Raw}");
        var details = evidence.Histories.Where(history => history.Details.ContainsKey(runId)).Select(history => $"in detail: {history.Details[runId].Raw}");
        return [.. told, .. rows, .. details];
    }
}
