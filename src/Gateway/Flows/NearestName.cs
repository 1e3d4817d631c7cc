namespace FlowRuns.Gateway.Flows;

/// <summary>Guesses what a misspelt name was meant to be.</summary>
static class NearestName
{
    const int MostLetters = 40;

    /// <summary>A sentence that asks for the nearest of the <paramref name="names"/>, or lists them all when none is near.</summary>
    public static string Hint(string name, IReadOnlyCollection<string> names)
    {
        var nearest = Find(name, names);
        return nearest is not null ? $"did you mean {nearest}?" : $"known here: {string.Join(", ", names)}.";
    }

    /// <summary>The name that is at most about a third of its letters away, or null.</summary>
    public static string? Find(string name, IEnumerable<string> names) =>
        name.Length > MostLetters
            ? null
            : names
                .Select(n => (Name: n, Distance: Distance(name.ToLowerInvariant(), n.ToLowerInvariant())))
                .Where(n => n.Distance <= Math.Max(1, (n.Name.Length + 1) / 3))
                .OrderBy(n => n.Distance)
                .Select(n => n.Name)
                .FirstOrDefault();

    // Levenshtein's distance, one row at a time.
    static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var replaced = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[right.Length];
    }
}
