using System.Buffers;
using Gatehouse.Detection.Findings;

namespace Gatehouse.Detection.Secrets;

/// <summary>
/// Secrets by the name that a value is given: assignments, members, headers, elements, and pairs of a name and a value in two members. One pass
/// finds the words that names have, and each name is read once.
/// </summary>
internal static class NamedValues
{
    /// <summary>The longest value.</summary>
    public const int LongestValue = 1024;

    private const int LongestGap = 12;

    // new Pusher({ key: "..." }): the issuer before the name.
    private const int IssuerGap = 48;

    private const int LongestBlock = 240;
    private const int LongestWord = 16;
    private const int LongestCall = 40;

    private static readonly SearchValues<string> Words = SearchValues.Create(
        ["pass", "pwd", "secret", "token", "key", "auth", "cred", "bearer", "kennwort", "motdepasse", "contrasena", "senha", "psw", "pat",
            "kodeord", "wachtwoord", "heslo", "parola", "lozinka", "rootpw", "bindpw", "psk", .. Issuers.Naming], StringComparison.OrdinalIgnoreCase);

    private static readonly SearchValues<string> IssuerNames = SearchValues.Create([.. Issuers.Naming], StringComparison.OrdinalIgnoreCase);

    private static readonly SearchValues<string> Lookups = SearchValues.Create(
        ["env", "get", "find", "lookup", "path", "file", "load", "read", "open", "require", "import", "translate", "query", "select", "input", "prompt", "regex",
            "match", "test", "hash", "sha", "md5", "encrypt", "resource", "param", "config", "option", "arg", "field", "column", "label"],
        StringComparison.OrdinalIgnoreCase);

    private static readonly SearchValues<char> Separators = SearchValues.Create(", \t\r\n\"'\\-;");
    private static readonly SearchValues<char> Marks = SearchValues.Create("fFrRbBuUL@$(");

    /// <summary>Adds the secrets beside names that indicate one.</summary>
    /// <param name="text">The text.</param>
    /// <param name="isWide">True to take more: for masking, a value too many costs nothing.</param>
    /// <param name="hits">The secrets.</param>
    public static void Find(string text, bool isWide, List<SecretHit> hits)
    {
        for (var at = 0; at < text.Length;)
        {
            var next = text.AsSpan(at).IndexOfAny(Words);
            if (next < 0) return;
            var (begin, end) = NameAround(text, at + next);
            at = Math.Max(end, at + next + 1);
            if (end - begin > NameWords.Longest || NameWords.Of(text.AsSpan(begin, end - begin)) is not (not SecretName.None and var name)) continue;
            if (name == SecretName.Likely && text.AsSpan(Math.Max(0, begin - IssuerGap), Math.Min(begin, IssuerGap)).ContainsAny(IssuerNames)) name = SecretName.Issuer;
            if (ValueAfter(text, begin, end) is { } value && Judge(text, value, name, isWide) is { } hit) hits.Add(hit);
        }
    }

    private static SecretHit? Judge(string text, FoundValue found, SecretName name, bool isWide)
    {
        var value = text.Substring(found.Start, found.Length);
        if (!found.IsQuoted && !isWide && IsProgramText(text, found, value)) return null;
        var confidence = SecretJudges.Drawn(value, name);
        if (isWide) confidence ??= SecretJudges.Named(value) ?? (name == SecretName.Password && !found.IsQuoted ? null : Wide(value, name));
        if (confidence is not { } sure) return null;
        return new SecretHit(name == SecretName.Password ? "password-by-name" : "secret-by-name", found.Start, found.Length, sure);
    }

    private static Confidence? Wide(string value, SecretName name) =>
        name == SecretName.Password && value.Length >= 6 && value.Any(char.IsAsciiLetter) ? SecretJudges.Password(value) : null;

    // Without quotation marks, a name or a call of a program looks like a value.
    private static bool IsProgramText(string text, FoundValue found, string value)
    {
        var end = found.Start + found.Length;
        if ((!value.Any(char.IsAsciiDigit) && (value.Length < 12 || Randomness.WordShare(value) >= 0.3)) || value.AsSpan().ContainsAny('(', '[',
            '{') || (end < text.Length && text[end] is '(' or '[')) return true;
        if (value.Contains('?', StringComparison.Ordinal) && value.Contains(':', StringComparison.Ordinal)) return true; // a condition in minified code
        return value.Contains("::", StringComparison.Ordinal) || value.Contains("->", StringComparison.Ordinal)
            || (value.Contains('.', StringComparison.Ordinal) && text[found.Start - 1] != '=' && Randomness.WordShare(value) >= 0.25);
    }

    private static (int Begin, int End) NameAround(string text, int at)
    {
        var begin = at;
        while (begin > 0 && at - begin <= NameWords.Longest && IsOfName(text[begin - 1])) begin--;
        // The letter of an escape (\n) before the name is no part of it.
        if (begin > 0 && text[begin - 1] == '\\' && text[begin] is 'n' or 't' or 'r') begin++;
        // -Dsonar.login, a property of Java.
        if (begin + 2 < at && text[begin] == '-' && text[begin + 1] == 'D' && char.IsAsciiLetterLower(text[begin + 2])) begin += 2;
        var end = at;
        while (end < text.Length && end - at <= NameWords.Longest && IsOfName(text[end])) end++;
        return (WithWordBefore(text, Math.Min(begin, at)), end);
    }

    // The API key and the access token of a sentence are one name.
    private static int WithWordBefore(string text, int begin)
    {
        if (begin < 4 || text[begin - 1] != ' ') return begin;
        var from = begin - 1;
        while (from > 0 && begin - from < LongestWord && char.IsAsciiLetter(text[from - 1])) from--;
        return (from == 0 || !IsOfName(text[from - 1])) && NameWords.IsBeforeKey(text.AsSpan(from, begin - 1 - from)) ? from : begin;
    }

    private static bool IsOfName(char character) => char.IsAsciiLetterOrDigit(character) || character is '_' or '-' or '.';

    private static FoundValue? ValueAfter(string text, int begin, int end)
    {
        var at = end;
        while (at < text.Length && at - end < 4 && text[at] is '"' or '\'' or '`' or ']' or ')' or '\\') at++;
        var isQuotedName = at > end;
        at = SkipBlanks(text, at);
        if (at >= text.Length) return null;
        if (Operator(text, at, isQuotedName) is { } after) return ValueBelow(text, after) ?? ValueAt(text, SkipBlanks(text, after));
        if (Fallback(text, at) is { } fallback) return fallback;
        if (IsValueOf(text, begin) && PairedValue(text, at) is { } paired) return paired;
        if (isQuotedName && text[at] == '{' && DefaultOf(text, begin, at) is { } value) return value;
        if (text[at] == '<' && ElementValue(text, at) is { } element) return element;
        if (isQuotedName && text[at] is ',' or '(') return Argument(text, begin, at);
        if (at == end) return null;
        // Settings of some build tools, options of commands, and lines of .netrc have a space as operator.
        var isBareToo = text[begin] == '-' || (begin > 0 && text[begin - 1] == '/') || IsLogin(text, begin) || IsSetting(text, begin);
        return text[at] is '"' or '\'' || isBareToo ? ValueAt(text, at) : AfterWord(text, at);
    }

    // process.env.TOKEN || "...", os.getenv("TOKEN") or "...": the value where the variable is not set.
    private static FoundValue? Fallback(string text, int at)
    {
        foreach (var sign in (ReadOnlySpan<string>)["|| ", "?? ", "or "])
        {
            if (text.AsSpan(at).StartsWith(sign, StringComparison.Ordinal)) return ValueAt(text, SkipBlanks(text, at + sign.Length)) is { IsQuoted: true } value
                ? value : null;
        }

        return null;
    }

    // A value on the line below its name: a block of YAML (|, >-), or a long line that was broken.
    private static FoundValue? ValueBelow(string text, int at)
    {
        at = SkipBlanks(text, at);
        while (at < text.Length && text[at] is '|' or '>' or '-' or '+' or '\\') at++;
        if (at < text.Length && text[at] == '\r') at++;
        if (at >= text.Length || text[at] != '\n') return null;
        var begin = at + 1;
        while (begin < text.Length && begin - at < LongestCall && text[begin] is ' ' or '\t') begin++;
        if (begin >= text.Length || begin == at + 1) return null;
        if (text[begin] is '"' or '\'') return ValueAt(text, begin);
        return Bare(text, begin) is { Length: >= 12 } value && IsEndOfLine(text, value.Start + value.Length) ? value : null;
    }

    private static bool IsEndOfLine(string text, int at) => at >= text.Length || text[at] is '\r' or '\n';

    // set("password", "..."), password("...") and the pair {"password", "..."}
    private static FoundValue? Argument(string text, int begin, int at)
    {
        var before = text.AsSpan(Math.Max(0, begin - 4), begin - Math.Max(0, begin - 4)).TrimEnd("\"'`\\:");
        if (text[at] == ',' && (before.Length == 0 || before[^1] is not ('(' or '{' or '[' or ',' or ' '))) return null;
        if (ValueAt(text, SkipBlanks(text, at + 1)) is not { IsQuoted: true } value) return null;
        // More members are a list of names.
        var end = Math.Min(text.Length, value.Start + value.Length);
        while (end < text.Length && end - value.Start - value.Length < 3 && text[end] is '"' or '\'' or '`' or '\\') end++;
        return text[at] == ',' && before[^1] != '(' && end < text.Length && text[end] == ',' ? null : value;
    }

    // the password is "..."
    private static FoundValue? AfterWord(string text, int at)
    {
        if (!text.AsSpan(at).StartsWith("is ", StringComparison.Ordinal)) return null;
        return ValueAt(text, SkipBlanks(text, at + 2)) is { } value && (value.IsQuoted || value.Length >= 16) ? value : null;
    }

    // The operator between name and value, with the type that some languages write between them.
    private static int? Operator(string text, int at, bool isQuotedName)
    {
        var rest = text.AsSpan(at);
        foreach (var sign in (ReadOnlySpan<string>)[":::=", "::=", ":=", "=>", "->", "<-", "||=", "?=", "+=", "==="])
        {
            if (rest.StartsWith(sign, StringComparison.Ordinal)) return at + sign.Length;
        }

        if (rest[0] == '=') return rest.Length > 1 && rest[1] == '=' ? at + 2 : at + 1;
        if (rest[0] == ':') return AfterType(text, at + 1) ?? at + 1;
        if (rest[0] == '>') return at + 1;
        return rest[0] == '(' && !isQuotedName && rest.Length > 1 && rest[1] is '"' or '\'' or '`' ? at + 1 : null;
    }

    // password: string = "..." and token: Option<String> = "..."
    private static int? AfterType(string text, int at)
    {
        var end = SkipBlanks(text, at);
        var begin = end;
        while (end < text.Length && end - begin < 40 && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '<' or '>' or '[' or ']' or '.'
            or '_' or '&' or '?' or '\'' or ' ' or '*')) end++;
        if (end == begin) return null;
        end = SkipBlanks(text, end);
        return end + 1 < text.Length && text[end] == '=' && text[end + 1] != '=' ? end + 1 : null;
    }

    // name: X and value: Y in two members, attributes or lines.
    private static bool IsValueOf(string text, int begin)
    {
        var before = text.AsSpan(Math.Max(0, begin - 16), begin - Math.Max(0, begin - 16)).TrimEnd("\"' \\").TrimEnd();
        return before.Length > 0 && before[^1] is ':' or '=' && (before[..^1].TrimEnd("\"' ").EndsWith("name", StringComparison.OrdinalIgnoreCase)
            || before[..^1].TrimEnd("\"' ").EndsWith("key", StringComparison.OrdinalIgnoreCase));
    }

    private static FoundValue? PairedValue(string text, int at) => NextValue(text, at) ?? MemberAfter(text, at);

    // "Type": "String" may be between the two members; the object ends with its bracket.
    private static FoundValue? MemberAfter(string text, int at)
    {
        var window = text.AsSpan(at, Math.Min(LongestBlock, text.Length - at));
        if (window.IndexOfAny('{', '}', '<') is var end and >= 0) window = window[..end];
        var value = window.IndexOf("value\"", StringComparison.OrdinalIgnoreCase);
        if (value < 1 || window[value - 1] != '"') return null;
        var after = SkipBlanks(text, at + value + "value\"".Length);
        return after < text.Length && text[after] == ':' && ValueAt(text, SkipBlanks(text, after + 1)) is { IsQuoted: true } found ? found : null;
    }

    private static FoundValue? NextValue(string text, int at)
    {
        var window = text.AsSpan(at, Math.Min(80, text.Length - at));
        var value = window.IndexOf("value", StringComparison.OrdinalIgnoreCase);
        if (value < 0 || (window[..value].ContainsAnyExcept(Separators) && !window[..value].EndsWith("><")
            && !window[..value].EndsWith("android:"))) return null;
        var after = at + value + "value".Length;
        while (after < text.Length && text[after] is '"' or '\'' or '\\') after++;
        after = SkipBlanks(text, after);
        return after < text.Length && text[after] is ':' or '=' or '>' ? ValueAt(text, SkipBlanks(text, after + 1)) : null;
    }

    // variable "api_token" { type = string  default = "..." }, the block of a variable in Terraform.
    private static FoundValue? DefaultOf(string text, int begin, int at)
    {
        if (!text.AsSpan(0, begin).TrimEnd("\"").TrimEnd(' ').EndsWith("variable", StringComparison.Ordinal)) return null;
        var block = text.AsSpan(at, Math.Min(LongestBlock, text.Length - at));
        var end = block.IndexOf('}');
        var name = (end < 0 ? block : block[..end]).IndexOf("default", StringComparison.Ordinal);
        if (name < 0) return null;
        var equals = SkipBlanks(text, at + name + "default".Length);
        return equals < text.Length && text[equals] == '=' && ValueAt(text, SkipBlanks(text, equals + 1)) is { IsQuoted: true } value ? value : null;
    }

    // <key>ApiKey</key> <string>...</string>, the pairs of property lists of Apple.
    private static FoundValue? ElementValue(string text, int at)
    {
        const string Close = "</key>", Open = "<string>";
        if (!text.AsSpan(at).StartsWith(Close, StringComparison.Ordinal)) return null;
        var open = at + Close.Length;
        while (open < text.Length && open - at < 40 && char.IsWhiteSpace(text[open])) open++;
        return text.AsSpan(open).StartsWith(Open, StringComparison.Ordinal) && Bare(text, open + Open.Length) is { } value
            ? value with { IsQuoted = true } : null;
    }

    // ENV API_KEY value, setx API_KEY value, config set api-key value
    private static bool IsSetting(string text, int begin)
    {
        var before = text.AsSpan(Math.Max(0, begin - 16), begin - Math.Max(0, begin - 16));
        if (before.Length == 0 || before[^1] is not (' ' or '\t')) return IsAloneOnLine(text, begin);
        before = before.TrimEnd(" \t");
        foreach (var word in (ReadOnlySpan<string>)["ENV", "setx", "set", "set -x", "SetEnv"])
        {
            if (before.EndsWith(word, StringComparison.Ordinal) && (before.Length == word.Length || !char.IsAsciiLetterOrDigit(before[^(word.Length + 1)]))) return true;
        }

        return IsAloneOnLine(text, begin);
    }

    // requirepass VALUE: a line of a name and a value.
    private static bool IsAloneOnLine(string text, int begin)
    {
        if (begin > 0 && text[begin - 1] != '\n') return false;
        var end = begin;
        while (end < text.Length && end - begin < NameWords.Longest && IsOfName(text[end])) end++;
        var value = SkipBlanks(text, end);
        return value > end && Bare(text, value) is { Length: >= 8 } found && IsEndOfLine(text, found.Start + found.Length);
    }

    // A line of .netrc: machine HOST login USER password VALUE.
    private static bool IsLogin(string text, int begin)
    {
        var from = Math.Max(0, begin - 200);
        var line = text.AsSpan(from, begin - from);
        var login = line.LastIndexOf("login ", StringComparison.Ordinal);
        return login >= 0 && line[login..].Count('\n') <= 1 && text.AsSpan(begin).StartsWith("password", StringComparison.Ordinal);
    }

    private static FoundValue? ValueAt(string text, int at)
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
        if (end == begin + 1 && text[begin] == '\\') return ValueAt(text, begin);
        return end > begin && end - begin <= LongestValue ? new FoundValue(begin, end - begin, true) : null;
    }

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
        var end = at;
        while (end < text.Length && end - at < LongestCall && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '_' or ':' or '[' or ']' or ' ' or '&' or '*'))
            end++;
        var isCall = end > at && end + 1 < text.Length && text[end] == '(' && text[end + 1] is '"' or '\'' or '`' && text[end - 1] != ' ';
        return isCall && !IsLookup(text.AsSpan(at, end - at)) ? end + 1 : at;
    }

    // getenv("NAME"), t("key"), Path("...") take a name.
    private static bool IsLookup(ReadOnlySpan<char> call) => call.ContainsAny(Lookups) || call.Length == 1;

    private static FoundValue? Bare(string text, int at)
    {
        var end = at;
        while (end < text.Length && end - at <= LongestValue && text[end] > ' ' && text[end] is not ('"' or '\'' or ',' or ';' or '`' or '<' or '|')
            && text[end] != '&' && !text.AsSpan(end).StartsWith("]]>", StringComparison.Ordinal) && !(text[end] == '=' && end + 1 < text.Length && char.IsAsciiLetterOrDigit(text[end + 1]))) end++;
        while (end > at && text[end - 1] is ')' or ']' or '}' or '\\' or '.') end--;
        return end > at && end - at <= LongestValue ? new FoundValue(at, end - at, false) : null;
    }

    private static int SkipBlanks(string text, int at)
    {
        var end = at;
        while (end < text.Length && end - at < LongestGap && text[end] is ' ' or '\t') end++;
        return end;
    }

    private readonly record struct FoundValue(int Start, int Length, bool IsQuoted);
}
