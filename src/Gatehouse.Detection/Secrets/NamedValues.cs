using System.Buffers;
using Gatehouse.Detection.Findings;

namespace Gatehouse.Detection.Secrets;

/// <summary>
/// Secrets by the name that a value is given: assignments, members, headers, elements, and pairs of a name and a value in two members. One pass
/// finds the words that names have, and each name is read once.
/// </summary>
internal static class NamedValues
{
    // new Pusher({ key: "..." }): the issuer before the name.
    private const int IssuerGap = 48;

    private const int LongestWord = 16;

    private static readonly SearchValues<string> Words = SearchValues.Create(
        ["pass", "pwd", "secret", "token", "key", "auth", "cred", "bearer", "kennwort", "motdepasse", "contrasena", "senha", "psw", "pat",
            "kodeord", "wachtwoord", "heslo", "parola", "lozinka", "rootpw", "bindpw", "psk", .. Issuers.Naming], StringComparison.OrdinalIgnoreCase);

    private static readonly SearchValues<string> IssuerNames = SearchValues.Create([.. Issuers.Naming], StringComparison.OrdinalIgnoreCase);

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
            if (name == SecretName.Likely && IsBehindIssuer(text, begin)) name = SecretName.Issuer;
            if (ValueAfter(text, begin, end) is { } value && Judge(text, (begin, end), value, name, isWide) is { } hit) hits.Add(hit);
        }
    }

    // "lob" is no issuer in "global", and "pusher" is one in "new PusherClient".
    private static bool IsBehindIssuer(string text, int begin)
    {
        for (var at = Math.Max(0, begin - IssuerGap); at < begin; at++)
        {
            var next = text.AsSpan(at, begin - at).IndexOfAny(IssuerNames);
            if (next < 0) return false;
            at += next;
            if (at > 0 && char.IsAsciiLetter(text[at - 1]) && !char.IsAsciiLetterUpper(text[at])) continue;
            var end = at + 1;
            var isUpper = char.IsAsciiLetterUpper(text[at]) && char.IsAsciiLetterUpper(text[end]);
            while (end < begin && (char.IsAsciiDigit(text[end])
                || (isUpper ? char.IsAsciiLetterUpper(text[end]) : char.IsAsciiLetterLower(text[end])))) end++;
            if (Issuers.IsIssuer(text[at..end].ToLowerInvariant())) return true;
        }

        return false;
    }

    private static SecretHit? Judge(string text, (int Begin, int End) at, FoundValue found, SecretName name, bool isWide)
    {
        var value = text.Substring(found.Start, found.Length);
        if (!found.IsQuoted && !isWide && (IsProgramText(text, found, value) || (IsCondition(value) && !IsSettingOf(text, at, value)))) return null;
        var mayBePublic = !NameWords.IsOfSecret(text.AsSpan(at.Begin, at.End - at.Begin));
        var confidence = SecretJudges.Drawn(value, name, mayBePublic);
        if (isWide) confidence ??= SecretJudges.Named(value, mayBePublic && name != SecretName.Password)
            ?? (name == SecretName.Password && !found.IsQuoted ? null : Wide(value, name));
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
        return value.Contains("::", StringComparison.Ordinal) || value.Contains("->", StringComparison.Ordinal)
            || (value.Contains('.', StringComparison.Ordinal) && text[found.Start - 1] != '=' && Randomness.WordShare(value) >= 0.25);
    }

    // a?b:c in minified code.
    private static bool IsCondition(string value) =>
        value.IndexOf('?', StringComparison.Ordinal) is var mark and >= 0 && value.IndexOf(':', mark) >= 0;

    // NAME=a?b:c is a line of settings, and o.key=e.alt?a:b one of minified code.
    private static bool IsSettingOf(string text, (int Begin, int End) at, string value)
    {
        if (at.End >= text.Length || text[at.End] != '=' || (at.Begin > 0 && text[at.Begin - 1] is not ('\n' or '\r'))) return false;
        return !text.AsSpan(at.Begin, at.End - at.Begin).Contains('.') || !value.Contains('.', StringComparison.Ordinal);
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

    /// <summary>Returns whether names have the character.</summary>
    public static bool IsOfName(char character) => char.IsAsciiLetterOrDigit(character) || character is '_' or '-' or '.';

    private static FoundValue? ValueAfter(string text, int begin, int end)
    {
        var at = end;
        while (at < text.Length && at - end < 4 && text[at] is '"' or '\'' or '`' or ']' or ')' or '\\') at++;
        var isQuotedName = at > end;
        at = ValueText.SkipBlanks(text, at);
        if (at >= text.Length) return null;
        if (Operator(text, at, isQuotedName) is { } after)
            return ValueText.Below(text, after) ?? ValueText.At(text, ValueText.SkipBlanks(text, after));
        if (ValuePairs.Fallback(text, at) is { } fallback) return fallback;
        if (ValuePairs.IsValueOf(text, begin) && ValuePairs.PairedValue(text, at) is { } paired) return paired;
        if (isQuotedName && text[at] == '{' && ValuePairs.DefaultOf(text, begin, at) is { } value) return value;
        if (text[at] == '<' && ValuePairs.ElementValue(text, at) is { } element) return element;
        if (isQuotedName && text[at] is ',' or '(') return ValuePairs.Argument(text, begin, at);
        if (at == end) return null;
        // Settings of some build tools, options of commands, and lines of .netrc have a space as operator.
        var isBareToo = text[begin] == '-' || (begin > 0 && text[begin - 1] == '/') || ValueLines.IsLogin(text, begin)
            || ValueLines.IsSetting(text, begin);
        return text[at] is '"' or '\'' || isBareToo ? ValueText.At(text, at) : ValuePairs.AfterWord(text, at);
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
        var end = ValueText.SkipBlanks(text, at);
        var begin = end;
        while (end < text.Length && end - begin < 40 && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '<' or '>' or '[' or ']' or '.'
            or '_' or '&' or '?' or '\'' or ' ' or '*')) end++;
        if (end == begin) return null;
        var hasBlank = text.AsSpan(begin, end - begin).TrimEnd(' ').Contains(' ');
        end = ValueText.SkipBlanks(text, end);
        if (end + 1 >= text.Length || text[end] != '=' || text[end + 1] == '=') return null;
        // "password: VALUE y=1": two words are a type only before a text in quotation marks.
        var value = ValueText.SkipBlanks(text, end + 1);
        return !hasBlank || (value < text.Length && text[value] is '"' or '\'' or '`') ? end + 1 : null;
    }
}
