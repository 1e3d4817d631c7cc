using System.Collections.Immutable;
using System.Text;

namespace FlowRuns.Steps.Sql;

/// <summary>A statement whose <c>@name</c> became PostgreSQL's <c>$1</c>, outside of literals, quoted names and comments.</summary>
/// <remarks>Npgsql would replace names too, but only while it also splits the text into statements; with numbers the text goes to the server as one.</remarks>
sealed class NumberedSql
{
    readonly string _query;
    readonly List<(int At, int Longer)> _replaced = [];

    NumberedSql(string query)
    {
        _query = query;
    }

    public string Text { get; private set; } = "";

    /// <summary>The parameters that occur, by number: the first is <c>$1</c>.</summary>
    public ImmutableArray<string> Names { get; private set; } = [];

    /// <summary>Names that occur as <c>@name</c> and are no parameters; some may be operators.</summary>
    public ImmutableArray<string> Missing { get; private set; } = [];

    /// <summary>The text holds a <c>$1</c> of its own.</summary>
    public bool HasNumbers { get; private set; }

    public static NumberedSql Of(string query, IReadOnlyCollection<string> parameters)
    {
        var result = new NumberedSql(query);
        var (text, names, missing) = (new StringBuilder(query.Length), new List<string>(), new List<string>());
        for (var at = 0; at < query.Length;)
        {
            var end = SqlTokens.EndOfOpaque(query, at);
            var name = end == at ? SqlTokens.NameAfterAt(query, at) : "";
            if (name.Length > 0 && parameters.Contains(name))
            {
                var number = names.IndexOf(name) is var known and >= 0 ? known + 1 : names.Count + 1;
                if (number > names.Count)
                    names.Add(name);
                result._replaced.Add((text.Length, name.Length + 1 - $"${number}".Length));
                text.Append('$').Append(number);
                at += name.Length + 1;
                continue;
            }

            if (name.Length > 0)
                missing.Add(name);
            result.HasNumbers |= end == at && SqlTokens.IsNumbered(query, at);
            text.Append(query, at, Math.Max(1, end - at));
            at = Math.Max(at + 1, end);
        }

        result.Text = text.ToString();
        result.Names = [.. names];
        result.Missing = [.. missing.Distinct()];
        return result;
    }

    /// <summary>Line and column in the text as it was written, of a position (from 1) in <see cref="Text"/>.</summary>
    public (int Line, int Column) PlaceOf(int position)
    {
        var at = position - 1;
        at += _replaced.Where(one => one.At < position - 1).Sum(one => one.Longer);
        var before = _query[..Math.Clamp(at, 0, _query.Length)];
        return (before.Count(c => c == '\n') + 1, before.Length - before.LastIndexOf('\n'));
    }
}
