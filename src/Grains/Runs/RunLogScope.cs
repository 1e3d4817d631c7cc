using System.Collections;
using FlowRuns.Flows;

namespace FlowRuns.Runs;

/// <summary>Names flow and run on every log line that comes out of an execution. Written out only where a log provider asks for scopes.</summary>
sealed class RunLogScope(FlowId flow, RunId run) : IReadOnlyList<KeyValuePair<string, object?>>
{
    public int Count => 2;

    public KeyValuePair<string, object?> this[int index] => index == 0 ? new("FlowId", flow.ToString()) : new("RunId", run.ToString());

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        yield return this[0];
        yield return this[1];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => $"{flow} {run}";
}
