using System.Text;
using System.Text.RegularExpressions;

namespace Gatehouse.Detection.Secrets;

/// <summary>
/// Values that may be shown because their form says that they are no secrets: a switch, a level, a number, a duration, a version, a path, a file, an
/// address without user and query, a media type, a reference to a secret. Every other value is hidden (CWE-532). The rule is an allowlist, because a
/// list of forms of secrets is never complete.
/// </summary>
internal static partial class HarmlessValue
{
    private const int LongestPart = 64;

    // Fewer letters are no secret that a machine drew, and the share of words in them says nothing.
    private const int FewLetters = 6;
    private const double LeastWords = 0.5;

    // A run of letters of this length is a word, or the text is drawn.
    private const int LongRun = 5;

    // Shorter words of a sentence are names and abbreviations.
    private const int LongWord = 8;

    private static readonly HashSet<string> Words = new(StringComparer.OrdinalIgnoreCase)
    {
        "true", "false", "yes", "no", "on", "off", "null", "none", "auto", "always", "never", "default", "enabled", "disabled",
        "trace", "debug", "verbose", "info", "information", "notice", "warn", "warning", "error", "critical", "fatal", "quiet", "silent",
        "production", "development", "staging", "test", "local", "stdio", "http", "https", "sse", "streamable-http", "tcp", "udp", "unix",
        "json", "yaml", "text", "plain", "utf-8", "utf8", "utc", "localhost",
    };

    // Runs of letters in paths, addresses and packages that are none of a language.
    private static readonly HashSet<string> TechnicalWords = new(StringComparer.OrdinalIgnoreCase)
    {
        "api", "app", "apps", "bin", "cfg", "cli", "conf", "config", "cpp", "crt", "css", "csv", "dev", "dll", "dns", "etc", "fs", "gcr", "ghcr", "git",
        "github", "gitlab", "graphql", "grpc", "html", "http", "https", "javascript", "jdbc", "jsonl", "jwks", "kubectl", "kubernetes", "lib", "localhost", "mcp",
        "mjs", "mnt", "modelcontextprotocol", "mongodb", "mysql", "nginx", "nodejs", "npm", "npx", "oauth", "oidc", "opt", "org", "postgres", "postgresql", "proc", "prod",
        "pub", "py", "pypi", "python", "redis", "rpc", "sbin", "sdk", "sql", "sqlite", "srv", "sse", "ssh", "ssl", "stdio", "svc", "sys", "tls", "tmp", "ts", "txt",
        "typescript", "usr",
        "util", "utils", "uvx", "var", "www", "xml", "yml",
    };

    /// <summary>Returns whether the value of a variable, header, option or member may be shown.</summary>
    /// <param name="name">Its name; empty for none.</param>
    /// <param name="value">The value.</param>
    public static bool Is(string name, string value)
    {
        if (value.Length == 0 || IsReference(value) || IsSwitch(value)) return true;
        var words = SecretNames.WordsOf(name);
        var last = NameMeanings.Of(words[^1]);
        if (!SecretNames.MayBeSecret(name))
            return HasForm(value) || ((NameMeanings.IsAmount(words) || last.HasFlag(NameMeaning.Number)) && Number().IsMatch(value));
        // The name has the word of a secret. The value is none only if the name also says that it is a place, an amount or a kind, and it is one.
        return (last.HasFlag(NameMeaning.Place) && IsPlace(value))
            || (NameMeanings.IsAmount(words) && (Amount().IsMatch(value) || Number().IsMatch(value)))
            || (last.HasFlag(NameMeaning.Kind) && Words.Contains(value));
    }

    /// <summary>Returns whether a text is a reference to a value elsewhere, and no value.</summary>
    public static bool IsReference(string text) => Reference().IsMatch(text);

    /// <summary>Returns whether the form of a text says that it is no secret.</summary>
    public static bool HasForm(string text) =>
        text.Length == 0 || Words.Contains(text) || IsReference(text) || Amount().IsMatch(text) || Version().IsMatch(text) || Address().IsMatch(text)
        || IsPlace(text) || (MediaType().IsMatch(text) && IsWordy(text));

    /// <summary>Returns whether a text is a path, the name of a file, or an address without user, query and fragment, of words only.</summary>
    public static bool IsPlace(string text)
    {
        if (Url().Match(text) is { Success: true } url) return IsWordy(url.Groups[1].Value) && IsWordy(url.Groups[2].Value);
        return (Path().IsMatch(text) || File().IsMatch(text)) && IsWordy(text);
    }

    /// <summary>
    /// Returns whether a text is made of words and small numbers with signs between them: letters and digits are not mixed, except for a few digits
    /// behind a word, and the letters are words and not drawn, in each part of a path and in the whole.
    /// </summary>
    public static bool IsWordy(string text) =>
        Array.TrueForAll(text.Split('/', '\\'), static part => part.Length <= LongestPart && Parts().IsMatch(part) && HasWords(part))
            && HasWords(text);

    /// <summary>Returns whether a text is one of the technical words that paths have.</summary>
    public static bool IsKnown(string text) => TechnicalWords.Contains(text);

    /// <summary>Returns whether a word of letters looks as if a machine drew it. False for a short one, and for one that is not ASCII.</summary>
    public static bool IsDrawn(string word) => word.Length >= LongWord && Ascii.IsValid(word) && !HasWords(word);

    // Each long run is a word, and so is most of the rest.
    private static bool HasWords(string text)
    {
        var (words, all) = (0, 0);
        foreach (var run in Run().EnumerateMatches(text))
        {
            var letters = text.AsSpan(run.Index, run.Length);
            var isWord = TechnicalWords.GetAlternateLookup<ReadOnlySpan<char>>().Contains(letters) || Randomness.WordShare(letters) >= LeastWords;
            if (!isWord && run.Length >= LongRun) return false;
            (words, all) = (words + (isWord ? run.Length : 0), all + run.Length);
        }

        return all < FewLetters || words >= LeastWords * all;
    }

    private static bool IsSwitch(string value) => value is "true" or "false" or "null" or "~";

    [GeneratedRegex(@"^(?:(?:vault|env|file):[A-Za-z0-9_./\-]+|\$\{[A-Za-z_][A-Za-z0-9_]*\})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Reference();

    // A number of more digits without a unit may be a code that a person has to know.
    [GeneratedRegex(@"^-?(?:[0-9]{1,6}(?:\.[0-9]{1,3})?(?:ms|s|m|h|d|min|%|B|KB|MB|GB|KiB|MiB|GiB|k|M|G|/s|/min|/h)|[0-9]{1,2}(?:\.[0-9]{1,2})?)\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex Amount();

    [GeneratedRegex(@"^-?[0-9]{1,6}(?:\.[0-9]{1,3})?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Number();

    [GeneratedRegex(@"^(?:v[0-9]{1,4}(?:\.[0-9]{1,4}){0,3}|[0-9]{1,4}(?:\.[0-9]{1,4}){2,3})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Version();

    [GeneratedRegex(@"^(?:localhost|(?:[0-9]{1,3}\.){3}[0-9]{1,3}|\[[0-9A-Fa-f:]{2,39}\]):[0-9]{1,5}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Address();

    [GeneratedRegex(@"^(?:https?|wss?)://([A-Za-z0-9.\-]+|\[[0-9A-Fa-f:]{2,39}\])(?::[0-9]{1,5})?((?:/[A-Za-z0-9._~+\-]*)*)\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex Url();

    [GeneratedRegex(@"^(?:~|\.{1,2}|[A-Za-z]:)?(?:[/\\][A-Za-z0-9._@+\-]*)+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Path();

    [GeneratedRegex(@"^(?:[A-Za-z0-9._\-]+/)*[A-Za-z0-9._\-]+\.(?:js|mjs|cjs|ts|py|jar|dll|exe|sh|json|yaml|yml|toml|md|txt|pem|crt|sock|sqlite|db|log)\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex File();

    [GeneratedRegex(@"^(?:application|text|image|audio|video|multipart)/[a-z0-9.+\-]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex MediaType();

    [GeneratedRegex(@"^(?:[._@+\-~: \[\]]|(?<![A-Za-z0-9])(?:[A-Za-z]+[0-9]{0,3}|[0-9]{1,4})(?![A-Za-z0-9]))*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Parts();

    // One word of camel case, or one run of capitals.
    [GeneratedRegex("[A-Z]+(?![a-z])|[A-Z]?[a-z]+", RegexOptions.CultureInvariant)]
    private static partial Regex Run();
}
