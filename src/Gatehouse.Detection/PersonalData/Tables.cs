namespace Gatehouse.Detection.PersonalData;

/// <summary>The names of columns: the first line of a text of several lines with the same separator in each labels the values below.</summary>
internal static class Tables
{
    private const char NoHeader = '\u0001';
    private const int LongestHeader = 512;
    private const int LongestLine = 512;

    /// <summary>Returns whether a text begins with a line of names that commas, semicolons, tabs or bars separate.</summary>
    /// <param name="separator">The separator, once it was looked for; zero before.</param>
    /// <param name="text">The text.</param>
    public static bool IsHeader(ref char separator, ReadOnlySpan<char> text)
    {
        if (separator == '\0') separator = Separator(text);
        return separator != NoHeader;
    }

    /// <summary>Returns the name of the column of a place; empty for the first line and for none.</summary>
    public static ReadOnlySpan<char> HeaderAt(ReadOnlySpan<char> text, int at)
    {
        var header = Header(text);
        var separator = Separator(text);
        var line = text[Math.Max(0, at - LongestLine)..at];
        var start = line.LastIndexOf('\n');
        if (start < 0 || at <= header.Length) return [];
        var column = line[(start + 1)..].Count(separator);
        for (; column > 0; column--)
        {
            var next = header.IndexOf(separator);
            if (next < 0) return [];
            header = header[(next + 1)..];
        }

        var end = header.IndexOf(separator);
        return end < 0 ? header : header[..end];
    }

    /// <summary>Returns the first line.</summary>
    public static ReadOnlySpan<char> Header(ReadOnlySpan<char> text) => text[..Math.Max(0, text[..Math.Min(text.Length,
        LongestHeader)].IndexOf('\n'))];

    private static char Separator(ReadOnlySpan<char> text)
    {
        var end = text[..Math.Min(text.Length, LongestHeader)].IndexOf('\n');
        if (end <= 0) return NoHeader;
        var first = text[..end];
        var rest = text[(end + 1)..Math.Min(text.Length, end + 1 + LongestLine)];
        var stop = rest.IndexOf('\n');
        var second = stop >= 0 ? rest[..stop] : rest;
        // A line of names has no digits that are values, and no sentence.
        if (first.ContainsAnyInRange('0', '9') || first.IndexOfAny(":.!?{") >= 0) return NoHeader;
        foreach (var separator in ",;\t|")
        {
            var count = first.Count(separator);
            if (count > 0 && second.Count(separator) >= count) return separator;
        }

        return NoHeader;
    }
}
