namespace Gatehouse.Analyzers.Taint;

/// <summary>Patterns, texts and characters, and the uses for which they mean nothing: a shell, a path, a query, an address, a type.</summary>
internal static class Harmless
{
    // What separates words: a program gets more arguments, and a query more of its words (CWE-88, CWE-89).
    private const TaintKinds BetweenWords = TaintKinds.Argument & ~(TaintKinds.Command | TaintKinds.Sql);

    // A name with a dot can be the name of a host, or of a type.
    private const TaintKinds OneDot = TaintKinds.Argument & ~(TaintKinds.Url | TaintKinds.Type);

    /// <summary>The kinds that a character rules out.</summary>
    public static TaintKinds RuledOut(char letter) => letter switch
    {
        '_' or '-' => TaintKinds.Argument,
        ' ' or ',' or '+' => BetweenWords,
        // Where one dot is permitted anywhere, two are (CWE-22).
        '.' => OneDot & ~TaintKinds.PathUp,
        _ => char.IsLetterOrDigit(letter) ? TaintKinds.Argument : TaintKinds.None,
    };

    /// <summary>The kinds that all characters from one to another rule out.</summary>
    public static TaintKinds RuledOut(char first, char last)
    {
        var kinds = TaintKinds.Argument;
        for (int letter = first; letter <= last && kinds != TaintKinds.None; letter++) kinds &= RuledOut((char)letter);
        return kinds;
    }

    /// <summary>The kinds that a text rules out.</summary>
    public static TaintKinds OfText(string text) => text.Aggregate(TaintKinds.Argument, (kinds, letter) => kinds & RuledOut(letter));

    /// <summary>The kinds that a match of the pattern rules out. It must hold from begin to end: <c>^[a-z0-9-]{1,40}$</c>.</summary>
    public static TaintKinds OfMatch(string pattern)
    {
        var begins = pattern.StartsWith("^", StringComparison.Ordinal) ? 1 : pattern.StartsWith("\\A", StringComparison.Ordinal) ? 2 : 0;
        var ends = pattern.EndsWith("\\z", StringComparison.OrdinalIgnoreCase) ? 2 : pattern.EndsWith("$", StringComparison.Ordinal) ? 1 : 0;
        if (begins == 0 || ends == 0 || pattern.Length < begins + ends) return TaintKinds.None;
        var body = pattern.Substring(begins, pattern.Length - begins - ends);
        // An alternative outside of a group has one anchor only.
        return OutsideOfGroups(body, '|') ? TaintKinds.None : Scan(body);
    }

    /// <summary>The kinds that the removal of each match rules out: <c>[^a-z0-9]</c>, perhaps repeated.</summary>
    public static TaintKinds OfRemoval(string pattern)
    {
        var set = pattern.TrimEnd('+', '*');
        return set.StartsWith("[^", StringComparison.Ordinal) && set.EndsWith("]", StringComparison.Ordinal)
            ? Set(set.Substring(2, set.Length - 3)) : TaintKinds.None;
    }

    private static bool OutsideOfGroups(string text, char letter)
    {
        var depth = 0;
        foreach (var current in text)
        {
            if (current is '(' or '[') depth++;
            else if (current is ')' or ']') depth--;
            else if (current == letter && depth == 0) return true;
        }

        return false;
    }

    private static TaintKinds Scan(string body)
    {
        var kinds = TaintKinds.Argument;
        for (var end = 0; end < body.Length; end++)
        {
            var letter = body[end];
            if (letter == '[')
            {
                var close = body.IndexOf(']', end + 1);
                if (close < 0 || body[end + 1] == '^') return TaintKinds.None;
                kinds &= Set(body.Substring(end + 1, close - end - 1));
                end = close;
            }
            else if (letter == '\\')
            {
                if (++end >= body.Length || body[end] is not ('d' or 'w' or 's' or '-' or '_' or '.')) return TaintKinds.None;
                kinds &= body[end] switch { 's' => BetweenWords, '.' => OneDot, _ => TaintKinds.Argument };
            }
            else if (letter == '{')
            {
                end = body.IndexOf('}', end);
                if (end < 0) return TaintKinds.None;
            }
            else if (letter == '(' && end + 1 < body.Length && body[end + 1] == '?')
            {
                // Options within the pattern, as in (?m), change what its ends mean.
                if (end + 2 >= body.Length || body[end + 2] != ':') return TaintKinds.None;
                end += 2;
            }
            else if (letter is not ('(' or ')' or '|' or '?' or '+' or '*'))
            {
                kinds &= letter == '.' ? TaintKinds.None : RuledOut(letter);
            }
        }

        return kinds;
    }

    // The content of a set: classes, letters, and ranges with everything between their ends.
    private static TaintKinds Set(string set)
    {
        var text = set.Replace("\\p{L}", "\\w");
        var kinds = TaintKinds.Argument;
        for (var at = 0; at < text.Length; at++)
        {
            var escaped = text[at] == '\\';
            if (escaped && (++at >= text.Length || text[at] is not ('d' or 'w' or 's' or '-' or '_' or '.'))) return TaintKinds.None;
            var first = text[at];
            if (escaped && first is ('d' or 'w' or 's'))
            {
                if (first == 's') kinds &= BetweenWords;
            }
            else if (at + 2 < text.Length && text[at + 1] == '-')
            {
                at += 2;
                kinds &= text[at] == '\\' ? TaintKinds.None : RuledOut(first, text[at]);
            }
            else
            {
                kinds &= RuledOut(first);
            }
        }

        return kinds;
    }
}
