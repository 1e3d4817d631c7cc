using FlowRuns.Schedules;

namespace FlowRuns.Gateway.Schedules;

/// <summary>What the query string of a ledger asks for.</summary>
sealed record OccurrenceListParameters(OccurrenceQuery Query, string? Cursor)
{
    const int DefaultLimit = 10;
    const int MaxLimit = 100;

    public static OccurrenceListParameters Read(IQueryCollection query)
    {
        var parameters = new QueryParameters(query);
        var list = new OccurrenceListParameters(
            new OccurrenceQuery
            {
                Limit = parameters.Number("limit", 1, MaxLimit) ?? DefaultLimit,
                Outcomes = parameters.Choices<OccurrenceOutcome>("outcome"),
                From = parameters.Time("from"),
                To = parameters.Time("to"),
            },
            parameters.Text("cursor"));
        parameters.ThrowIfRefused();
        return list;
    }
}
