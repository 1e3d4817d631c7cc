using System.Text.Json;

namespace FlowRuns.Grains.Tests.Storage;

/// <summary>A plan in JSON, as PostgreSQL carried it out.</summary>
sealed record ExplainedPlan(string Text, IReadOnlyList<PlanNode> Nodes, long Pages)
{
    public static ExplainedPlan Read(string notice)
    {
        var root = JsonElement.Parse(notice[notice.IndexOf('{')..]).GetProperty("Plan");
        return new ExplainedPlan(notice, [.. Walk(root)], root.GetProperty("Shared Hit Blocks").GetInt64() + root.GetProperty("Shared Read Blocks").GetInt64());
    }

    static IEnumerable<PlanNode> Walk(JsonElement node)
    {
        var loops = node.GetProperty("Actual Loops").GetInt64();
        yield return new PlanNode(
            node.GetProperty("Node Type").GetString()!,
            node.TryGetProperty("Relation Name", out var relation) ? relation.GetString() : null,
            (long)(node.GetProperty("Actual Rows").GetDouble() * loops),
            node.TryGetProperty("Rows Removed by Filter", out var removed) ? removed.GetInt64() * loops : 0,
            loops);
        if (!node.TryGetProperty("Plans", out var children))
            yield break;
        foreach (var child in children.EnumerateArray().SelectMany(Walk))
            yield return child;
    }
}

/// <summary>What one node of a plan handled, all of its loops together.</summary>
sealed record PlanNode(string Type, string? Relation, long Rows, long Removed, long Loops);
