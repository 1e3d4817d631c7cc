using System.Text;

namespace FlowRuns.Steps;

/// <summary>How a step without a key of its own is named in expressions.</summary>
public static class StepKey
{
    /// <summary>The name in lower case with every run of other characters as one <c>_</c>: <c>Query Database</c> becomes <c>query_database</c>.</summary>
    /// <remarks>A digit in front gets a <c>_</c>; a name without a Latin letter or digit gives <c>step</c>.</remarks>
    public static string FromName(string name)
    {
        var key = new StringBuilder(name.Length + 1);
        foreach (var c in name)
        {
            if (char.IsAsciiLetterOrDigit(c))
                key.Append(char.ToLowerInvariant(c));
            else if (char.IsAscii(c) && key.Length > 0 && key[^1] != '_')
                key.Append('_');
        }

        var trimmed = key.ToString().Trim('_');
        if (trimmed.Length == 0)
            return "step";
        return char.IsAsciiDigit(trimmed[0]) ? $"_{trimmed}" : trimmed;
    }
}
