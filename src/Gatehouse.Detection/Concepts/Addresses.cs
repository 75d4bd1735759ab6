namespace Gatehouse.Detection.Concepts;

/// <summary>Addresses within a folded text: URLs, mail addresses, telephone numbers, IP addresses.</summary>
internal static class Addresses
{
    private static readonly System.Buffers.SearchValues<char> Starts = System.Buffers.SearchValues.Create(":@+.");

    /// <summary>Adds the places.</summary>
    public static void Find(ReadOnlySpan<char> text, List<ConceptMark> marks)
    {
        int next;
        for (var at = 0; (next = text[at..].IndexOfAny(Starts)) >= 0;)
        {
            at += next;
            var end = text[at] switch { ':' => Url(text, at), '@' => Mail(text, at), '+' => Telephone(text, at), _ => Number(text, at) };
            if (end > at)
                marks.Add(new ConceptMark(Concept.Address, at, end - at));
            at = Math.Max(at + 1, end);
        }
    }

    private static int Url(ReadOnlySpan<char> text, int at)
    {
        var before = text[..at];
        if (!text[at..].StartsWith("://") || !(before.EndsWith("http") || before.EndsWith("https") || before.EndsWith("ftp")
            || before.EndsWith("ws") || before.EndsWith("wss")))
            return 0;
        var end = at + 3;
        while (end < text.Length && !char.IsWhiteSpace(text[end]) && text[end] is not ('"' or '\'' or '<' or ')'))
            end++;
        return end > at + 5 ? end : 0;
    }

    private static int Mail(ReadOnlySpan<char> text, int at)
    {
        if (at == 0 || !char.IsLetterOrDigit(text[at - 1]))
            return 0;
        var end = at + 1;
        var hasDot = false;
        while (end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] is '.' or '-'))
            hasDot |= text[end++] == '.';
        return hasDot && end > at + 3 ? end : 0;
    }

    private static int Telephone(ReadOnlySpan<char> text, int at)
    {
        var digits = 0;
        var end = at + 1;
        while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] is ' ' or '-' or '(' or ')') && end < at + 24)
            digits += char.IsAsciiDigit(text[end++]) ? 1 : 0;
        return digits >= 8 ? end : 0;
    }

    // The first point of four numbers.
    private static int Number(ReadOnlySpan<char> text, int at)
    {
        if (at == 0 || !char.IsAsciiDigit(text[at - 1]))
            return 0;
        var end = at;
        for (var part = 0; part < 3; part++)
        {
            if (end >= text.Length || text[end] != '.')
                return 0;
            var digits = 0;
            for (end++; end < text.Length && char.IsAsciiDigit(text[end]) && digits < 4; end++)
                digits++;
            if (digits is 0 or 4)
                return 0;
        }

        return end;
    }
}
