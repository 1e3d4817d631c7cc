using FlowRuns.Flows;
using FlowRuns.Projects;

namespace FlowRuns.Gateway.Flows;

/// <summary>What the query string of the flow list asks for.</summary>
sealed record FlowListParameters(int Limit, FlowStatus? Status, string? Cursor)
{
    const int DefaultLimit = 10;
    const int MaxLimit = 100;

    public static FlowListParameters Read(IQueryCollection query)
    {
        var parameters = new QueryParameters(query);
        var list = new FlowListParameters(
            parameters.Number("limit", 1, MaxLimit) ?? DefaultLimit,
            parameters.Choice<FlowStatus>("status"),
            parameters.Text("cursor"));
        parameters.ThrowIfRefused();
        return list;
    }

    /// <summary>What a cursor of this list is bound to; the limit may change from page to page.</summary>
    public string Scope(ProjectId project) => $"flows/{project}/{Status}";
}
