using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace FlowRuns.Gateway.Paging;

/// <summary>A list answer. The cursor is the one field that is written as <c>null</c> when there is none.</summary>
sealed record Page<T>(
    ImmutableArray<T> Data,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Cursor,
    bool HasMore)
{
    /// <summary>A list that is short enough to be given whole.</summary>
    public static Page<T> Whole(ImmutableArray<T> data) => new(data, Cursor: null, HasMore: false);
}
