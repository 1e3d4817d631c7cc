using FlowRuns.Runs;
using FlowRuns.Triggers;

namespace FlowRuns.Gateway.Runs;

/// <summary>What the query string of a run list asks for.</summary>
sealed record RunListParameters(RunQuery Query, string? Cursor)
{
    const int DefaultLimit = 10;
    const int MaxLimit = 100;

    public static RunListParameters Read(IQueryCollection query)
    {
        var parameters = new QueryParameters(query);
        var list = new RunListParameters(
            new RunQuery
            {
                Limit = parameters.Number("limit", 1, MaxLimit) ?? DefaultLimit,
                Statuses = parameters.Choices<RunStatus>("status"),
                TriggerType = parameters.Choice<TriggerType>("triggerType"),
                StartedAfter = parameters.Time("startedAfter"),
                StartedBefore = parameters.Time("startedBefore"),
            },
            parameters.Text("cursor"));
        parameters.NotSupported("failedStep");
        parameters.ThrowIfRefused();
        return list;
    }
}
