using System.Buffers;

namespace Gatehouse.Detection.Secrets;

/// <summary>Values that are beside their names without an operator between them: arguments, members of an object, elements, blocks.</summary>
internal static class ValuePairs
{
    private const int LongestBlock = 240;

    private static readonly SearchValues<char> Separators = SearchValues.Create(", \t\r\n\"'\\-;");

    /// <summary>Returns the value that is used where a variable is not set.</summary>
    public static FoundValue? Fallback(string text, int at)
    {
        // process.env.TOKEN || "...", os.getenv("TOKEN") or "...": the value where the variable is not set.
        foreach (var sign in (ReadOnlySpan<string>)["|| ", "?? ", "or "])
        {
            if (!text.AsSpan(at).StartsWith(sign, StringComparison.Ordinal)) continue;
            return ValueText.At(text, ValueText.SkipBlanks(text, at + sign.Length)) is { IsQuoted: true } value ? value : null;
        }

        return null;
    }

    /// <summary>Returns the value that follows its name as an argument or as the next member.</summary>
    public static FoundValue? Argument(string text, int begin, int at)
    {
        // set("password", "..."), password("...") and the pair {"password", "..."}
        var before = text.AsSpan(Math.Max(0, begin - 4), begin - Math.Max(0, begin - 4)).TrimEnd("\"'`\\:");
        if (text[at] == ',' && (before.Length == 0 || before[^1] is not ('(' or '{' or '[' or ',' or ' '))) return null;
        if (ValueText.At(text, ValueText.SkipBlanks(text, at + 1)) is not { IsQuoted: true } value) return null;
        // More members are a list of names.
        var end = Math.Min(text.Length, value.Start + value.Length);
        while (end < text.Length && end - value.Start - value.Length < 3 && text[end] is '"' or '\'' or '`' or '\\') end++;
        return text[at] == ',' && before[^1] != '(' && end < text.Length && text[end] == ',' ? null : value;
    }

    /// <summary>Returns the value of a sentence.</summary>
    public static FoundValue? AfterWord(string text, int at)
    {
        // the password is "..."
        if (!text.AsSpan(at).StartsWith("is ", StringComparison.Ordinal)) return null;
        return ValueText.At(text, ValueText.SkipBlanks(text, at + 2)) is { } value && (value.IsQuoted || value.Length >= 16) ? value : null;
    }

    /// <summary>Returns whether the name is the value of a member <c>name</c> or <c>key</c>.</summary>
    public static bool IsValueOf(string text, int begin)
    {
        // name: X and value: Y in two members, attributes or lines.
        var before = text.AsSpan(Math.Max(0, begin - 16), begin - Math.Max(0, begin - 16)).TrimEnd("\"' \\").TrimEnd();
        return before.Length > 0 && before[^1] is ':' or '=' && (before[..^1].TrimEnd("\"' ").EndsWith("name", StringComparison.OrdinalIgnoreCase)
            || before[..^1].TrimEnd("\"' ").EndsWith("key", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Returns the value in the member beside the one with the name.</summary>
    public static FoundValue? PairedValue(string text, int at) => NextValue(text, at) ?? MemberAfter(text, at);

    // "Type": "String" may be between the two members; the object ends with its bracket.
    private static FoundValue? MemberAfter(string text, int at)
    {
        var window = text.AsSpan(at, Math.Min(LongestBlock, text.Length - at));
        if (window.IndexOfAny('{', '}', '<') is var end and >= 0) window = window[..end];
        var value = window.IndexOf("value\"", StringComparison.OrdinalIgnoreCase);
        if (value < 1 || window[value - 1] != '"') return null;
        var after = ValueText.SkipBlanks(text, at + value + "value\"".Length);
        if (after >= text.Length || text[after] != ':') return null;
        return ValueText.At(text, ValueText.SkipBlanks(text, after + 1)) is { IsQuoted: true } found ? found : null;
    }

    private static FoundValue? NextValue(string text, int at)
    {
        var window = text.AsSpan(at, Math.Min(80, text.Length - at));
        var value = window.IndexOf("value", StringComparison.OrdinalIgnoreCase);
        if (value < 0 || (window[..value].ContainsAnyExcept(Separators) && !window[..value].EndsWith("><")
            && !window[..value].EndsWith("android:"))) return null;
        var after = at + value + "value".Length;
        while (after < text.Length && text[after] is '"' or '\'' or '\\') after++;
        after = ValueText.SkipBlanks(text, after);
        return after < text.Length && text[after] is ':' or '=' or '>' ? ValueText.At(text, ValueText.SkipBlanks(text, after + 1)) : null;
    }

    /// <summary>Returns the default of a variable.</summary>
    public static FoundValue? DefaultOf(string text, int begin, int at)
    {
        // variable "api_token" { type = string  default = "..." }, the block of a variable in Terraform.
        if (!text.AsSpan(0, begin).TrimEnd("\"").TrimEnd(' ').EndsWith("variable", StringComparison.Ordinal)) return null;
        var block = text.AsSpan(at, Math.Min(LongestBlock, text.Length - at));
        var end = block.IndexOf('}');
        var name = (end < 0 ? block : block[..end]).IndexOf("default", StringComparison.Ordinal);
        if (name < 0) return null;
        var equals = ValueText.SkipBlanks(text, at + name + "default".Length);
        if (equals >= text.Length || text[equals] != '=') return null;
        return ValueText.At(text, ValueText.SkipBlanks(text, equals + 1)) is { IsQuoted: true } value ? value : null;
    }

    /// <summary>Returns the value in the element after the one with the name.</summary>
    public static FoundValue? ElementValue(string text, int at)
    {
        // <key>ApiKey</key> <string>...</string>, the pairs of property lists of Apple.
        const string Close = "</key>", Open = "<string>";
        if (!text.AsSpan(at).StartsWith(Close, StringComparison.Ordinal)) return null;
        var open = at + Close.Length;
        while (open < text.Length && open - at < 40 && char.IsWhiteSpace(text[open])) open++;
        return text.AsSpan(open).StartsWith(Open, StringComparison.Ordinal) && ValueText.Bare(text, open + Open.Length) is { } value
            ? value with { IsQuoted = true } : null;
    }
}
