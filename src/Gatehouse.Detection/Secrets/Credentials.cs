using System.Buffers;

namespace Gatehouse.Detection.Secrets;

/// <summary>Passwords and tokens by the syntax around them: the user part of a URL, Basic and Bearer (RFC 7617, RFC 6750), <c>curl -u</c>.</summary>
internal static class Credentials
{
    private const int LongestUser = 128;
    private const int LongestPassword = 256;
    private const int LongestToken = 4096;
    private const int ShortestToken = 16;
    private const int LongestScheme = 24;
    private const int LongestGap = 8;
    private const int LongestHost = 64;

    private static readonly SearchValues<string> Schemes = SearchValues.Create(["basic ", "bearer "], StringComparison.OrdinalIgnoreCase);
    private static readonly CharacterClass Base64 = CharacterClass.Of("base64");

    /// <summary>Adds the passwords in URLs: <c>scheme://user:password@host</c>.</summary>
    public static void InUrls(string text, List<SecretHit> hits)
    {
        for (var at = text.IndexOf("://", StringComparison.Ordinal); at >= 0; at = text.IndexOf("://", at + 3, StringComparison.Ordinal))
        {
            if (at == 0 || !char.IsAsciiLetterOrDigit(text[at - 1])) continue;
            var user = Run(text, at + 3, LongestUser, c => c > ' ' && c is not ('/' or ':' or '@' or '\'' or '"' or '<' or '>' or '`' or '?' or '#'));
            if (user < text.Length && text[user] == '@') Token(text, at + 3, user, hits);
            if (user >= text.Length || text[user] != ':') continue;
            var end = Run(text, user + 1, LongestPassword, c => c > ' ' && c is not ('/' or '@' or '\'' or '"' or '<' or '>' or '`'));
            if (end >= text.Length || text[end] != '@' || end - user - 1 < 3) continue;
            var password = text.Substring(user + 1, end - user - 1);
            if (password == text[(at + 3)..user] || IsDocumentation(text, at + 3, end, password)) continue;
            if (SecretJudges.UrlPassword(password) is { } confidence) hits.Add(new SecretHit("password-in-url", user + 1, password.Length,
                confidence));
        }
    }

    /// <summary>Adds the credentials of authentication schemes.</summary>
    public static void OfSchemes(string text, List<SecretHit> hits)
    {
        for (var at = 0; ;)
        {
            var next = text.AsSpan(at).IndexOfAny(Schemes);
            if (next < 0) return;
            var isBasic = text[at + next] is 'b' or 'B' && text[at + next + 1] is 'a' or 'A';
            var begin = at + next + (isBasic ? 6 : 7);
            var isWhole = at + next == 0 || !char.IsAsciiLetterOrDigit(text[at + next - 1]);
            at = begin;
            while (begin < text.Length && begin - at < 4 && text[begin] == ' ') begin++;
            if (!isWhole) continue;
            Scheme(text, begin, isBasic, hits);
        }
    }

    /// <summary>Adds the passwords of <c>curl -u user:password</c>.</summary>
    public static void OfCommands(string text, List<SecretHit> hits)
    {
        for (var at = text.IndexOf("curl", StringComparison.Ordinal); at >= 0; at = text.IndexOf("curl", at + 4, StringComparison.Ordinal))
        {
            var line = text.AsSpan(at + 4, Math.Min(1024, text.Length - at - 4));
            if (line.IndexOf("curl", StringComparison.Ordinal) is var other and > 0) line = line[..other];
            foreach (var option in (ReadOnlySpan<string>)[" -u ", " -u", " --user ", " --user=", " --proxy-user "])
            {
                var found = line.IndexOf(option, StringComparison.Ordinal);
                if (found < 0) continue;
                User(text, at + 4 + found + option.Length, hits);
                break;
            }
        }
    }

    /// <summary>Adds the tokens of the header Authorization whose scheme is none of the standards: <c>Authorization: Token VALUE</c>.</summary>
    public static void OfHeaders(string text, List<SecretHit> hits)
    {
        const string Name = "authorization";
        for (int at = text.IndexOf(Name, StringComparison.OrdinalIgnoreCase), next; at >= 0;
            at = text.IndexOf(Name, next, StringComparison.OrdinalIgnoreCase))
        {
            next = at + Name.Length;
            var scheme = Run(text, at + Name.Length, LongestGap,
                c => c is '"' or '\'' or '`' or ':' or '=' or '>' or ',' or ' ' or ']' or '\\' or '(');
            var end = Run(text, scheme, LongestScheme, c => char.IsAsciiLetter(c) || c is '-' or '_');
            if (scheme == at + Name.Length || text.AsSpan(scheme, end - scheme) is "Bearer" or "Basic") continue;
            var begin = end > scheme && end < text.Length && text[end] == ' ' ? AfterName(text, end + 1) : scheme;
            end = Run(text, begin, LongestToken, c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '~' or '+' or '/' or '-' or ':' or '=');
            next = Math.Max(next, end); // no token is read twice
            if (end - begin >= ShortestToken && SecretJudges.Drawn(text[begin..end], SecretName.ApiKey) is { } confidence)
                hits.Add(new SecretHit("bearer-token", begin, end - begin, confidence));
        }
    }

    // Authorization: Token token="VALUE"
    private static int AfterName(string text, int at)
    {
        foreach (var named in (ReadOnlySpan<string>)["token=", "key=", "apikey=", "api_key="])
        {
            if (!text.AsSpan(at).StartsWith(named, StringComparison.OrdinalIgnoreCase)) continue;
            at += named.Length;
            break;
        }

        return at < text.Length && text[at] is '"' or '\'' ? at + 1 : at;
    }

    // https://abc:xyz@example.com and ftp://anonymous:me@host
    private static bool IsDocumentation(string text, int user, int end, string password) =>
        text.AsSpan(user).StartsWith("anonymous:", StringComparison.Ordinal) || ((password.Length < 8 || Randomness.WordShare(password) >= 0.5)
            && text.AsSpan(end + 1, Math.Min(24, text.Length - end - 1)).Contains("example", StringComparison.Ordinal));

    // https://TOKEN@host/a.git. The key of a DSN of Sentry is public.
    private static void Token(string text, int begin, int end, List<SecretHit> hits)
    {
        if (text.AsSpan(end, Math.Min(LongestHost, text.Length - end)).Contains("sentry", StringComparison.Ordinal)) return;
        if (SecretJudges.UserToken(text[begin..end]) is { } confidence) hits.Add(new SecretHit("password-in-url", begin, end - begin, confidence));
    }

    private static void User(string text, int at, List<SecretHit> hits)
    {
        var quote = at < text.Length && text[at] is '"' or '\'' ? text[at] : '\0';
        if (quote != '\0') at++;
        var end = Run(text, at, LongestUser + LongestPassword, c => c != quote && (quote != '\0' ? c != '\n' : c > ' '
            && c is not ('"' or '\'' or '`' or '|' or ';')));
        var colon = text.IndexOf(':', at, end - at);
        if (colon >= 0 && end - colon - 1 == 0 && SecretJudges.UserToken(text[at..colon]) is { } token)
            hits.Add(new SecretHit("basic-credentials", at, colon - at, token));
        if (colon < 0 || end - colon - 1 < 3) return;
        var password = text.Substring(colon + 1, end - colon - 1);
        if (password.Contains(' ', StringComparison.Ordinal) || password.StartsWith("//", StringComparison.Ordinal)) return;
        // In commands of documentation the password is a word, as in -u me:topsecret and -u NAME:API_TOKEN.
        if (!password.Any(char.IsAsciiDigit) && Randomness.WordShare(password) >= 0.6) return;
        if (SecretJudges.UrlPassword(password) is { } confidence) hits.Add(new SecretHit("basic-credentials", colon + 1, password.Length,
            confidence));
    }

    private static void Scheme(string text, int begin, bool isBasic, List<SecretHit> hits)
    {
        var end = isBasic ? Run(text, begin, LongestToken, Base64.Has)
            : Run(text, begin, LongestToken, c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '~' or '+' or '/' or '-');
        var padded = Run(text, end, 2, c => c == '=');
        var value = text[begin..padded];
        if (value.Length < (isBasic ? 8 : 20)) return;
        var confidence = isBasic ? SecretJudges.Basic(value) : SecretJudges.Bearer(value);
        if (confidence is { } sure) hits.Add(new SecretHit(isBasic ? "basic-credentials" : "bearer-token", begin, value.Length, sure));
    }

    private static int Run(string text, int at, int most, Func<char, bool> has)
    {
        var end = at;
        while (end < text.Length && end - at < most && has(text[end])) end++;
        return end;
    }
}
