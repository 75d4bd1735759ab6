namespace Gatehouse.Analyzers.Taint;

/// <summary>Patterns and texts whose characters mean nothing to a shell, a path, a query or an address.</summary>
internal static class Harmless
{
    /// <summary>Whether a text has only letters, digits and the marks that separate words.</summary>
    public static bool IsText(string text) => text.All(letter => char.IsLetterOrDigit(letter) || letter is '_' or '-' or ' ' or ',' or '+');

    /// <summary>The kinds that a match of the pattern rules out. It must hold from begin to end: <c>^[a-z0-9-]{1,40}$</c>.</summary>
    public static TaintKinds RuledOut(string pattern)
    {
        var begins = pattern.StartsWith("^", StringComparison.Ordinal) ? 1 : pattern.StartsWith("\\A", StringComparison.Ordinal) ? 2 : 0;
        var ends = pattern.EndsWith("\\z", StringComparison.OrdinalIgnoreCase) ? 2 : pattern.EndsWith("$", StringComparison.Ordinal) ? 1 : 0;
        if (begins == 0 || ends == 0 || pattern.Length < begins + ends) return TaintKinds.None;
        var body = pattern.Substring(begins, pattern.Length - begins - ends);
        // An alternative outside of a group has one anchor only.
        if (OutsideOfGroups(body, '|') || !Scan(body)) return TaintKinds.None;
        // A name with dots can be the name of a host, or of a type.
        return body.IndexOf('.') >= 0 ? TaintKinds.Argument & ~(TaintKinds.Url | TaintKinds.Type) : TaintKinds.Argument;
    }

    /// <summary>Whether the pattern matches each character that is not harmless: <c>[^a-z0-9]</c>, perhaps repeated.</summary>
    public static bool Removes(string pattern)
    {
        var set = pattern.TrimEnd('+', '*');
        return set.StartsWith("[^", StringComparison.Ordinal) && set.EndsWith("]", StringComparison.Ordinal) && Set(set.Substring(2, set.Length - 3));
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

    private static bool Scan(string body)
    {
        for (var end = 0; end < body.Length; end++)
        {
            var letter = body[end];
            if (letter == '[')
            {
                var close = body.IndexOf(']', end + 1);
                if (close < 0 || body[end + 1] == '^' || !Set(body.Substring(end + 1, close - end - 1))) return false;
                end = close;
            }
            else if (letter == '\\')
            {
                if (++end >= body.Length || body[end] is not ('d' or 'w' or '-' or '_' or '.')) return false;
            }
            else if (letter == '{')
            {
                end = body.IndexOf('}', end);
                if (end < 0) return false;
            }
            else if (!(char.IsLetterOrDigit(letter) || letter is '_' or '-' or ' ' or '(' or ')' or '|' or '?' or '+' or '*' or ':'))
            {
                return false;
            }
        }

        return true;
    }

    // The content of a set: ranges and letters, without what separates folders, hosts and words of a shell.
    private static bool Set(string set)
    {
        var text = set.Replace("\\w", "a").Replace("\\d", "0").Replace("\\-", "-").Replace("\\p{L}", "a").Replace("\\_", "_").Replace("\\.", "").Replace(".", "");
        return IsText(text);
    }
}
