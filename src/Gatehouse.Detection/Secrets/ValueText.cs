using System.Buffers;

namespace Gatehouse.Detection.Secrets;

/// <summary>Reads a value at its place. Each method looks a bounded distance ahead.</summary>
internal static class ValueText
{
    /// <summary>The longest value.</summary>
    public const int LongestValue = 1024;

    private const int LongestGap = 12;
    private const int LongestCall = 40;

    // The signs of a block in YAML: > and -.
    private const int BlockSigns = 3;

    private static readonly SearchValues<string> Lookups = SearchValues.Create(
        ["env", "get", "find", "lookup", "path", "file", "load", "read", "open", "require", "import", "translate", "query", "select", "input",
            "prompt",
            "regex", "match", "test", "hash", "sha", "md5", "encrypt", "resource", "param", "config", "option", "arg", "field", "column", "label"],
        StringComparison.OrdinalIgnoreCase);

    private static readonly SearchValues<char> Marks = SearchValues.Create("fFrRbBuUL@$(");

    /// <summary>Returns the value that begins here: in quotation marks, in a call, or bare.</summary>
    public static FoundValue? At(string text, int at)
    {
        at = SkipMarks(text, at);
        if (text.AsSpan(at).StartsWith("<![CDATA[", StringComparison.Ordinal)) at += "<![CDATA[".Length;
        at = SkipCall(text, at);
        if (at >= text.Length) return null;
        var isEscaped = text[at] == '\\' && at + 1 < text.Length && text[at + 1] is '"' or '\'';
        if (isEscaped) at++;
        if (text[at] is not ('"' or '\'' or '`')) return Bare(text, at);
        var quote = text[at];
        var begin = at + 1;
        while (begin < text.Length && begin - at < 3 && text[begin] == quote) begin++;
        var end = begin;
        while (end < text.Length && end - begin <= LongestValue && text[end] != quote && text[end] is not ('\n' or '\r')) end++;
        if (end >= text.Length || text[end] != quote) return Bare(text, begin);
        if (isEscaped && end > begin && text[end - 1] == '\\') end--;
        // "\"value\"", the text of a text.
        if (end == begin + 1 && text[begin] == '\\') return At(text, begin);
        return end > begin && end - begin <= LongestValue ? new FoundValue(begin, end - begin, true) : null;
    }

    /// <summary>Returns the value on the line below its name.</summary>
    public static FoundValue? Below(string text, int at)
    {
        // A value on the line below its name: a block of YAML (|, >-), or a long line that was broken.
        at = SkipBlanks(text, at);
        for (var marks = 0; marks < BlockSigns && at < text.Length && text[at] is '|' or '>' or '-' or '+' or '\\'; marks++) at++;
        if (at < text.Length && text[at] == '\r') at++;
        if (at >= text.Length || text[at] != '\n') return null;
        var begin = at + 1;
        while (begin < text.Length && begin - at < LongestCall && text[begin] is ' ' or '\t') begin++;
        if (begin >= text.Length || begin == at + 1) return null;
        if (text[begin] is '"' or '\'') return At(text, begin);
        return Bare(text, begin) is { Length: >= 12 } value && IsEndOfLine(text, value.Start + value.Length) ? value : null;
    }

    /// <summary>Returns whether a line ends here.</summary>
    public static bool IsEndOfLine(string text, int at) => at >= text.Length || text[at] is '\r' or '\n';

    // The letters before a quotation mark (f"", b"", @"") and a header's scheme are no part of the value.
    private static int SkipMarks(string text, int at)
    {
        for (var count = 1; count <= 2 && at + count < text.Length; count++)
        {
            if (text[at + count] is '"' or '\'' && !text.AsSpan(at, count).ContainsAnyExcept(Marks)) return at + count;
        }

        return at;
    }

    // []byte("..."), String::from("..."), new Password("..."): the argument is the value.
    private static int SkipCall(string text, int at)
    {
        var begin = text.AsSpan(at).StartsWith("new ", StringComparison.Ordinal) ? at + "new ".Length : at;
        while (begin < text.Length && begin - at < LongestCall && text[begin] is '&' or '*') begin++;
        var end = begin;
        while (end < text.Length && end - at < LongestCall && IsOfCall(text[end])) end++;
        var isCall = end > begin && end + 1 < text.Length && text[end] == '(' && text[end + 1] is '"' or '\'' or '`';
        return isCall && !IsLookup(text.AsSpan(begin, end - begin)) ? end + 1 : at;
    }

    // A blank or an & ends a value without quotation marks, so that a call after one has nothing to do with the value.
    private static bool IsOfCall(char character) => char.IsAsciiLetterOrDigit(character) || character is '_' or ':' or '[' or ']';

    // getenv("NAME"), t("key"), Path("...") take a name.
    private static bool IsLookup(ReadOnlySpan<char> call) => call.ContainsAny(Lookups) || call.Length == 1;

    /// <summary>Returns the value without quotation marks that begins here.</summary>
    public static FoundValue? Bare(string text, int at)
    {
        var end = at;
        while (end < text.Length && end - at <= LongestValue && text[end] > ' '
            && text[end] is not ('"' or '\'' or ',' or ';' or '`' or '<' or '|' or '&')
            && !text.AsSpan(end).StartsWith("]]>", StringComparison.Ordinal)
            && !(text[end] == '=' && end + 1 < text.Length && char.IsAsciiLetterOrDigit(text[end + 1]))) end++;
        while (end > at && text[end - 1] is ')' or ']' or '}' or '\\' or '.') end--;
        return end > at && end - at <= LongestValue ? new FoundValue(at, end - at, false) : null;
    }

    /// <summary>Returns the place behind a few blanks.</summary>
    public static int SkipBlanks(string text, int at)
    {
        var end = at;
        while (end < text.Length && end - at < LongestGap && text[end] is ' ' or '\t') end++;
        return end;
    }
}
