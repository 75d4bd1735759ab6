namespace Gatehouse.Server.RunTime;

/// <summary>A first reading of a statement, which errs on the side of refusal: it knows quotes, and no grammar.</summary>
internal static class SqlText
{
    private static readonly string[] Reading = ["select", "with", "values", "explain", "show"];

    private static readonly string[] Unclear = ["--", "#", "/*", "\\", "[", "`"];

    private static readonly string[] Writing =
    [
        "insert", "update", "delete", "merge", "replace", "into", "create", "alter", "drop", "truncate", "grant", "revoke", "call", "exec", "execute", "do",
        "copy", "attach", "detach", "pragma", "vacuum", "set", "lock", "load", "begin", "commit",
    ];

    /// <summary>True for a text that is one name or number: it cannot end a quoted text, or add a word to a statement.</summary>
    public static bool IsPlain(string text) => text.All(static character => char.IsAsciiLetterOrDigit(character) || character == '_');

    /// <summary>
    /// True for one statement that begins with a word of reading and has no word of writing outside of quotes. A sign whose meaning depends on the
    /// database, such as a comment, an escape or another quote, makes it false: what one reader skips, another runs.
    /// </summary>
    public static bool OnlyReads(string sql)
    {
        if (Unclear.Any(sign => sql.Contains(sign, StringComparison.Ordinal))
            || sql.Split('$').Skip(1).Any(static after => after.Length == 0 || !char.IsAsciiDigit(after[0]))) return false;
        var words = Words(sql);
        return words is [var first, ..] && Reading.Contains(first) && !words.Intersect(Writing).Any() && !words.SkipLast(1).Contains(";");
    }

    // The words in lower case, and ";". A quoted text is no word. Where it does not end, there are no words at all.
    private static List<string> Words(string sql)
    {
        var words = new List<string>();
        for (var at = 0; at < sql.Length;)
        {
            var end = Skip(sql, at);
            if (end < 0) return [];
            if (end > at) at = end;
            else if (sql[at] == ';') words.Add(sql[at++].ToString());
            else if (!char.IsLetter(sql[at])) at++;
            else
            {
                for (end = at; end < sql.Length && (char.IsLetterOrDigit(sql[end]) || sql[end] == '_');) end++;
                words.Add(sql[at..end].ToLowerInvariant());
                at = end;
            }
        }

        return words;
    }

    // The end of the quoted text that begins here; the same place for none, and -1 where it does not end.
    private static int Skip(string sql, int at)
    {
        if (sql[at] is '\'' or '"') return After(sql, at + 1, sql[at].ToString());
        return at;
    }

    private static int After(string sql, int from, string end) =>
        sql.IndexOf(end, from, StringComparison.Ordinal) is var at and >= 0 ? at + end.Length : -1;
}
