namespace Gatehouse.Detection.Secrets;

/// <summary>Lines in which a blank is between a name and its value.</summary>
internal static class ValueLines
{
    /// <summary>Returns whether the name is that of a command or line that sets a value after a blank.</summary>
    public static bool IsSetting(string text, int begin)
    {
        // ENV API_KEY value, setx API_KEY value, config set api-key value
        var before = text.AsSpan(Math.Max(0, begin - 16), begin - Math.Max(0, begin - 16));
        if (before.Length == 0 || before[^1] is not (' ' or '\t')) return IsAloneOnLine(text, begin);
        before = before.TrimEnd(" \t");
        foreach (var word in (ReadOnlySpan<string>)["ENV", "setx", "set", "set -x", "SetEnv"])
        {
            if (before.EndsWith(word, StringComparison.Ordinal)
                && (before.Length == word.Length || !char.IsAsciiLetterOrDigit(before[^(word.Length + 1)]))) return true;
        }

        return IsAloneOnLine(text, begin);
    }

    // requirepass VALUE: a line of a name and a value.
    private static bool IsAloneOnLine(string text, int begin)
    {
        if (begin > 0 && text[begin - 1] != '\n') return false;
        var end = begin;
        while (end < text.Length && end - begin < NameWords.Longest && NamedValues.IsOfName(text[end])) end++;
        var value = ValueText.SkipBlanks(text, end);
        return value > end && ValueText.Bare(text, value) is { Length: >= 8 } found && ValueText.IsEndOfLine(text, found.Start + found.Length);
    }

    /// <summary>Returns whether the name is in a line of <c>.netrc</c>.</summary>
    public static bool IsLogin(string text, int begin)
    {
        // A line of .netrc: machine HOST login USER password VALUE.
        var from = Math.Max(0, begin - 200);
        var line = text.AsSpan(from, begin - from);
        var login = line.LastIndexOf("login ", StringComparison.Ordinal);
        return login >= 0 && line[login..].Count('\n') <= 1 && text.AsSpan(begin).StartsWith("password", StringComparison.Ordinal);
    }
}
