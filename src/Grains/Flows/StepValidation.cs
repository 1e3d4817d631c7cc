using System.Collections.Immutable;
using System.Text.Json;
using FlowRuns.Expressions;
using FlowRuns.Json;
using FlowRuns.Steps;

namespace FlowRuns.Flows;

/// <summary>What a step may say, by its type and its place among the others.</summary>
static class StepValidation
{
    static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    public static void Check(ImmutableArray<StepDefinition> steps, int index, StepCatalog catalog, IReadOnlyDictionary<string, string> connections, FieldErrors errors)
    {
        var step = steps[index];
        var field = $"steps[{index}]";
        CheckRetry(step.Retry, $"{field}.retry", errors);
        if (step.Timeout is { } timeout && (timeout < TimeSpan.FromMilliseconds(1) || timeout > Longest))
            errors.Add($"{field}.timeout", $"{DurationTextConverter.Format(timeout)} is not between 1ms and 24h");

        var input = step.Input.ToElement();
        if (input.ValueKind == JsonValueKind.Object)
            CheckExpressions(steps, index, errors);
        else
            errors.Add($"{field}.input", "is not an object");
        if (catalog.Find(step.Type) is not { } type)
        {
            errors.Add($"{field}.type", UnknownType(step.Type, catalog));
            return;
        }

        CheckConnection(step.Connection, type, connections, $"{field}.connection", errors);
        if (input.ValueKind == JsonValueKind.Object)
            errors.AddRange(catalog.CheckInput(type, input, $"{field}.input", allowExpressions: true));
    }

    static void CheckRetry(RetryPolicy? retry, string field, FieldErrors errors)
    {
        if (retry is null)
            return;
        if (retry.MaxAttempts is < 1 or > 100)
            errors.Add($"{field}.maxAttempts", $"{retry.MaxAttempts} is not between 1 and 100");
        if (retry.InitialDelay < TimeSpan.Zero || retry.InitialDelay > Longest)
            errors.Add($"{field}.initialDelay", $"{DurationTextConverter.Format(retry.InitialDelay)} is not between 0s and 24h");
        if (retry.MaxDelay < TimeSpan.Zero || retry.MaxDelay > Longest)
            errors.Add($"{field}.maxDelay", $"{DurationTextConverter.Format(retry.MaxDelay)} is not between 0s and 24h");
        else if (retry.InitialDelay > retry.MaxDelay)
            errors.Add($"{field}.initialDelay", $"{DurationTextConverter.Format(retry.InitialDelay)} is more than maxDelay, {DurationTextConverter.Format(retry.MaxDelay)}");
    }

    static void CheckExpressions(ImmutableArray<StepDefinition> steps, int index, FieldErrors errors)
    {
        var field = $"steps[{index}].input";
        var template = Template.Parse(steps[index].Input);
        foreach (var error in template.Errors)
            errors.Add(Below(field, error.Field), $"{{{{ {error.Expression.Trim()} }}}}: {error.Message}");

        foreach (var reference in template.References)
        {
            if (Unreachable(steps, index, reference.Key) is { } message)
                errors.Add(Below(field, reference.Field), $"{{{{ {reference.Expression.Trim()} }}}}: {message}");
        }
    }

    static string? Unreachable(ImmutableArray<StepDefinition> steps, int index, string key)
    {
        var earlier = steps[..index].Select(s => s.Key).ToList();
        if (earlier.Contains(key))
            return null;
        if (steps[index].Key == key)
            return $"step '{key}' is this step itself, which has no output yet";
        if (steps[index..].Any(s => s.Key == key))
            return $"step '{key}' comes later";
        return $"there is no step '{key}'; {(earlier.Count == 0 ? "no step comes before this one" : $"earlier steps are {string.Join(", ", earlier)}")}";
    }

    static void CheckConnection(string? connection, IStep type, IReadOnlyDictionary<string, string> connections, string field, FieldErrors errors)
    {
        var accepted = string.Join(" or ", type.Connections);
        if (type.Connections.IsEmpty)
        {
            if (connection is not null)
                errors.Add(field, $"{type.Type} takes no connection; leave it out");
        }
        else if (connection is null)
        {
            if (!type.ConnectionOptional)
                errors.Add(field, $"{type.Type} needs a connection of the kind {accepted}");
        }
        else if (!connections.TryGetValue(connection, out var app))
        {
            var fitting = connections.Where(c => type.Connections.Contains(c.Value)).Select(c => c.Key).Order().ToList();
            errors.Add(field, $"there is no connection '{connection}'; {(fitting.Count == 0 ? $"make one of the kind {accepted} first" : $"those that fit are {string.Join(", ", fitting)}")}");
        }
        else if (!type.Connections.Contains(app))
        {
            errors.Add(field, $"connection '{connection}' is of the kind {app}, {type.Type} takes {accepted}");
        }
    }

    static string UnknownType(string type, StepCatalog catalog)
    {
        var types = catalog.All.Select(s => s.Type).Order().ToList();
        var nearest = types.Select(t => (Type: t, Distance: Distance(t, type))).OrderBy(t => t.Distance).FirstOrDefault();
        return nearest.Type is not null && nearest.Distance <= 3
            ? $"there is no step type '{type}'; did you mean {nearest.Type}?"
            : $"there is no step type '{type}'; there are {string.Join(", ", types)}";
    }

    // How many letters must change, come or go (Levenshtein).
    static int Distance(string one, string other)
    {
        if (other.Length > 100)
            return int.MaxValue;
        var previous = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 0; i < one.Length; i++)
        {
            var current = new int[other.Length + 1];
            current[0] = i + 1;
            for (var j = 0; j < other.Length; j++)
                current[j + 1] = Math.Min(Math.Min(current[j], previous[j + 1]) + 1, previous[j] + (one[i] == other[j] ? 0 : 1));
            previous = current;
        }

        return previous[^1];
    }

    static string Below(string field, string below) => below.Length == 0 ? field : below.StartsWith('[') ? field + below : $"{field}.{below}";
}
