using System.Text;

namespace FlowRuns.Steps;

/// <summary>How expressions name a step: <c>steps.query_database.output</c>.</summary>
public static class StepKey
{
    /// <summary>The key of a step whose author gave it none: <c>Query Database</c> becomes <c>query_database</c>.</summary>
    /// <remarks>Letters outside of a to z are dropped, a leading digit gets a <c>_</c> before it, and a name of which nothing is left gives <c>step</c>.</remarks>
    public static string FromName(string name)
    {
        var key = new StringBuilder();
        var gap = false;
        foreach (var c in name)
        {
            if (char.IsAsciiLetterOrDigit(c))
            {
                key.Append(gap && key.Length > 0 ? "_" : "").Append(char.ToLowerInvariant(c));
                gap = false;
            }
            else if (!char.IsLetter(c))
            {
                gap = true;
            }
        }

        if (key.Length == 0)
            return "step";
        return char.IsAsciiDigit(key[0]) ? $"_{key}" : key.ToString();
    }

    /// <summary>Whether the text is a letter or <c>_</c>, then letters, digits and <c>_</c>, all of them ASCII.</summary>
    public static bool IsValid(string key) =>
        key.Length > 0 && !char.IsAsciiDigit(key[0]) && key.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
}
