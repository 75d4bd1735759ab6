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

    // Fewer letters are no text that a machine drew, and the share of words in them says nothing.
    private const int FewLetters = 10;
    private const double LeastWords = 0.4;

    private static readonly HashSet<string> Words = new(StringComparer.OrdinalIgnoreCase)
    {
        "true", "false", "yes", "no", "on", "off", "null", "none", "auto", "always", "never", "default", "enabled", "disabled",
        "trace", "debug", "verbose", "info", "information", "notice", "warn", "warning", "error", "critical", "fatal", "quiet", "silent",
        "production", "development", "staging", "test", "local", "stdio", "http", "https", "sse", "streamable-http", "tcp", "udp", "unix",
        "json", "yaml", "text", "plain", "utf-8", "utf8", "utc", "localhost",
    };

    private static readonly HashSet<string> PlaceEnds = new(StringComparer.Ordinal)
        { "url", "uri", "path", "file", "files", "dir", "directory", "folder", "endpoint", "endpoints" };

    private static readonly HashSet<string> AmountEnds = new(StringComparer.Ordinal)
        { "limit", "count", "budget", "ttl", "timeout", "expiry", "max", "min", "size", "length", "age" };

    private static readonly HashSet<string> KindEnds = new(StringComparer.Ordinal) { "type", "scheme", "mode", "method", "enabled", "level" };

    private static readonly HashSet<string> AmountBeginnings = new(StringComparer.Ordinal) { "max", "min" };

    /// <summary>Returns whether the value of a variable, header, option or member may be shown.</summary>
    /// <param name="name">Its name; empty for none.</param>
    /// <param name="value">The value.</param>
    public static bool Is(string name, string value)
    {
        if (value.Length == 0 || IsReference(value) || IsSwitch(value)) return true;
        if (!SecretNames.MayBeSecret(name)) return HasForm(value);
        // The name has the word of a secret. The value is none only if the name also says that it is a place, an amount or a kind, and it is one.
        var words = SecretNames.WordsOf(name);
        return (PlaceEnds.Contains(words[^1]) && IsPlace(value))
            || ((AmountEnds.Contains(words[^1]) || AmountBeginnings.Contains(words[0])) && Amount().IsMatch(value))
            || (KindEnds.Contains(words[^1]) && Words.Contains(value));
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
    /// behind a word, and the letters are words and not drawn.
    /// </summary>
    public static bool IsWordy(string text)
    {
        foreach (var part in text.Split('/', '\\'))
        {
            if (part.Length > LongestPart || !Parts().IsMatch(part)) return false;
            if (part.Count(char.IsAsciiLetter) >= FewLetters && Randomness.WordShare(part) < LeastWords) return false;
        }

        return true;
    }

    private static bool IsSwitch(string value) => value is "true" or "false" or "null" or "~";

    [GeneratedRegex(@"^(?:(?:vault|env|file):[A-Za-z0-9_./\-]+|\$\{[A-Za-z_][A-Za-z0-9_]*\})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Reference();

    [GeneratedRegex(@"^-?[0-9]{1,6}(?:\.[0-9]{1,3})?(?:ms|s|m|h|d|min|%|B|KB|MB|GB|KiB|MiB|GiB|k|M|G|/s|/min|/h)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Amount();

    [GeneratedRegex(@"^v?[0-9]{1,4}(?:\.[0-9]{1,4}){1,3}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Version();

    [GeneratedRegex(@"^(?:localhost|(?:[0-9]{1,3}\.){3}[0-9]{1,3}|\[[0-9A-Fa-f:]{2,39}\]):[0-9]{1,5}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Address();

    [GeneratedRegex(@"^(?:https?|wss?)://([A-Za-z0-9.\-]+|\[[0-9A-Fa-f:]{2,39}\])(?::[0-9]{1,5})?((?:/[A-Za-z0-9._~+\-]*)*)\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex Url();

    [GeneratedRegex(@"^(?:~|\.{1,2}|[A-Za-z]:)?(?:[/\\][A-Za-z0-9._@+\-]*)+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Path();

    [GeneratedRegex(@"^[A-Za-z0-9._\-]+\.(?:js|mjs|cjs|ts|py|jar|dll|exe|sh|json|yaml|yml|toml|md|txt|pem|crt|sock|sqlite|db|log)\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex File();

    [GeneratedRegex(@"^(?:application|text|image|audio|video|multipart)/[a-z0-9.+\-]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex MediaType();

    [GeneratedRegex(@"^(?:[._@+\-~: \[\]]|(?<![A-Za-z0-9])(?:[A-Za-z]+[0-9]{0,3}|[0-9]{1,4})(?![A-Za-z0-9]))*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Parts();
}
