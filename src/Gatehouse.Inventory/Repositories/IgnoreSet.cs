namespace Gatehouse.Inventory.Repositories;

/// <summary>A set of characters of a pattern: <c>[a-z]</c>, <c>[!0-9]</c>, <c>[[:alpha:]_]</c>.</summary>
internal static class IgnoreSet
{
    /// <summary>Reads the set at the index, and moves the index behind it. Returns null when the set has no end or an unknown class.</summary>
    public static bool[]? Read(string text, ref int at)
    {
        var set = new bool[256];
        var i = at + 1;
        var isNegated = i < text.Length && text[i] is '!' or '^';
        if (isNegated) i++;
        for (var isFirst = true; ; isFirst = false)
        {
            if (i >= text.Length) return null;
            if (text[i] == ']' && !isFirst) break;
            if (!Member(text, ref i, set)) return null;
        }

        at = i + 1;
        if (!isNegated) return set;
        for (var character = 0; character < set.Length; character++) set[character] = !set[character];
        return set;
    }

    private static bool Member(string text, ref int i, bool[] set)
    {
        if (text.AsSpan(i).StartsWith("[:", StringComparison.Ordinal)) return Class(text, ref i, set);
        if (!Character(text, ref i, out var first)) return false;
        if (i + 1 >= text.Length || text[i] != '-' || text[i + 1] == ']')
        {
            set[first & 255] = true;
            return true;
        }

        i++;
        if (!Character(text, ref i, out var last)) return false;
        for (var character = first; character <= last && character < 256; character++) set[character] = true;
        return true;
    }

    private static bool Character(string text, ref int i, out char character)
    {
        character = '\0';
        if (text[i] == '\\') i++;
        if (i >= text.Length) return false;
        character = text[i++];
        return true;
    }

    private static bool Class(string text, ref int i, bool[] set)
    {
        var end = text.IndexOf(":]", i + 2, StringComparison.Ordinal);
        if (end < 0 || Of(text[(i + 2)..end]) is not { } has) return false;
        for (var character = 0; character < 128; character++) set[character] |= has((char)character);
        i = end + 2;
        return true;
    }

    private static Func<char, bool>? Of(string name) => name switch
    {
        "alnum" => char.IsAsciiLetterOrDigit,
        "alpha" => char.IsAsciiLetter,
        "blank" => c => c is ' ' or '\t',
        "cntrl" => c => c is < ' ' or '\u007f',
        "digit" => char.IsAsciiDigit,
        "graph" => c => c is > ' ' and <= '~',
        "lower" => char.IsAsciiLetterLower,
        "print" => c => c is >= ' ' and <= '~',
        "punct" => c => c is > ' ' and <= '~' && !char.IsAsciiLetterOrDigit(c),
        "space" => c => c is ' ' or (>= '\t' and <= '\r'),
        "upper" => char.IsAsciiLetterUpper,
        "xdigit" => char.IsAsciiHexDigit,
        _ => null,
    };
}
