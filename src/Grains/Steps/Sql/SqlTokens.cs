namespace FlowRuns.Steps.Sql;

/// <summary>As much of PostgreSQL's lexical rules as it takes to tell a parameter from text (manual, 4.1).</summary>
static class SqlTokens
{
    /// <summary>The end of the literal, quoted name or comment that begins at <paramref name="at"/>; <paramref name="at"/> itself when none does.</summary>
    public static int EndOfOpaque(string sql, int at)
    {
        return sql[at] switch
        {
            '\'' => EndOfQuoted(sql, at, '\'', backslash: IsEscapeLiteral(sql, at)),
            '"' => EndOfQuoted(sql, at, '"', backslash: false),
            '-' when Next(sql, at) == '-' => sql.IndexOf('\n', at) is var end and >= 0 ? end + 1 : sql.Length,
            '/' when Next(sql, at) == '*' => EndOfComment(sql, at),
            '$' when !FollowsName(sql, at) => EndOfDollarQuoted(sql, at),
            _ => at,
        };
    }

    /// <summary>The name in <c>@name</c>; empty for anything else, also for the operator in <c>@@name</c>.</summary>
    public static string NameAfterAt(string sql, int at)
    {
        if (sql[at] != '@' || !IsNameStart(Next(sql, at)) || (at > 0 && sql[at - 1] == '@'))
            return "";

        var end = at + 1;
        while (end < sql.Length && IsNamePart(sql[end]))
            end++;
        return sql[(at + 1)..end];
    }

    public static bool IsNumbered(string sql, int at) => sql[at] == '$' && char.IsAsciiDigit(Next(sql, at)) && !FollowsName(sql, at);

    static int EndOfQuoted(string sql, int at, char quote, bool backslash)
    {
        for (var end = at + 1; end < sql.Length; end++)
        {
            if (backslash && sql[end] == '\\')
                end++;
            else if (sql[end] == quote)
                return end + 1;
        }

        return sql.Length;
    }

    static int EndOfComment(string sql, int at)
    {
        var depth = 0;
        for (var end = at; end < sql.Length; end++)
        {
            if (sql[end] == '/' && Next(sql, end) == '*')
                (depth, end) = (depth + 1, end + 1);
            else if (sql[end] == '*' && Next(sql, end) == '/')
                (depth, end) = (depth - 1, end + 1);
            if (depth == 0)
                return end + 1;
        }

        return sql.Length;
    }

    static int EndOfDollarQuoted(string sql, int at)
    {
        var tagEnd = at + 1;
        while (tagEnd < sql.Length && IsNamePart(sql[tagEnd]))
            tagEnd++;
        if (tagEnd >= sql.Length || sql[tagEnd] != '$' || char.IsAsciiDigit(sql[at + 1]))
            return at;

        var tag = sql[at..(tagEnd + 1)];
        return sql.IndexOf(tag, tagEnd + 1) is var end and >= 0 ? end + tag.Length : sql.Length;
    }

    static bool IsEscapeLiteral(string sql, int at) => at > 0 && sql[at - 1] is 'e' or 'E' && !FollowsName(sql, at - 1);

    static bool FollowsName(string sql, int at) => at > 0 && (IsNamePart(sql[at - 1]) || sql[at - 1] == '$');

    static char Next(string sql, int at) => at + 1 < sql.Length ? sql[at + 1] : '\0';

    static bool IsNameStart(char c) => char.IsAsciiLetter(c) || c == '_' || c > '\x7f';

    static bool IsNamePart(char c) => IsNameStart(c) || char.IsAsciiDigit(c);
}
