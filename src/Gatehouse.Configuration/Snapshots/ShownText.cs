using System.Text;
using System.Text.RegularExpressions;
using Gatehouse.Configuration.Keys;
using Gatehouse.Detection.Secrets;

namespace Gatehouse.Configuration.Snapshots;

/// <summary>
/// The text of a configuration for a screen, with its secrets hidden. A configuration holds references to secrets and no secrets. One that was
/// changed by hand may hold one nevertheless, and what is shown may be copied into a ticket (CWE-532).
/// </summary>
/// <remarks>
/// The structure decides first: the type of the key, names of keys, options and headers, and the argument behind an option, wherever its line is.
/// Afterwards the text is searched like any other, comments included. In a text that cannot be parsed all values are hidden.
/// </remarks>
internal static partial class ShownText
{
    /// <summary>The text in place of a value.</summary>
    public const string Hidden = CommandSecrets.Hidden;

    private static readonly HashSet<string> SecretWords = new(StringComparer.Ordinal)
    {
        "password", "passwd", "passphrase", "pass", "pwd", "token", "tokens", "secret", "secrets", "key", "keys", "apikey", "cookie", "cookies",
        "credential", "credentials", "authorization", "dsn", "pat",
    };

    private static readonly HashSet<string> HarmlessEnds = new(StringComparer.Ordinal)
    {
        "url", "uri", "path", "file", "dir", "endpoint", "limit", "count", "budget", "ttl", "timeout", "type", "scheme", "expiry", "name", "id",
        "max", "min", "size", "length", "age", "audience", "issuer", "endpoints", "files",
    };

    // Shorter ones would be found in other words.
    private const int ShortestRepeated = 6;

    /// <summary>Returns the lines of a file, without line ends.</summary>
    public static IReadOnlyList<string> Lines(SnapshotFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var text = Encoding.UTF8.GetString(file.Content.Span).TrimStart('\uFEFF').Replace("\r\n", "\n", StringComparison.Ordinal);
        var masked = file.Part == SnapshotPart.Outside ? OfAssignments(text) : OfDocument(text, file.Part == SnapshotPart.Main ? KeyNode.Root : null);
        var lines = masked.Split('\n').Select(line => CommandSecrets.Mask([line])[0]).ToList();
        if (lines[^1].Length == 0) lines.RemoveAt(lines.Count - 1);
        return lines;
    }

    private static string OfDocument(string text, KeyNode? keys)
    {
        if (text.Trim().Length == 0) return text;
        if (YamlPlaces.Read(text) is not { } root) return WithoutValues(text);
        var hidden = new List<(int Start, int End, string Shown)>();
        Collect(root, keys, name: "", hidden);
        return Further(Replaced(text, hidden));
    }

    // name=value of flags and variables, where the name says what it is.
    private static string OfAssignments(string text) => Further(string.Join('\n', text.Split('\n').Select(static line =>
    {
        var at = line.IndexOf('=', StringComparison.Ordinal);
        return at > 0 && IsSecret(line[..at].TrimStart('-'), line[(at + 1)..]) ? line[..(at + 1)] + Hidden : line;
    })));

    private static void Collect(YamlPlaces node, KeyNode? keys, string name, List<(int Start, int End, string Shown)> hidden)
    {
        if (node.Scalar is { } scalar)
        {
            if (Shown(scalar.Text, name, keys) is { } shown) hidden.Add((scalar.Start, scalar.End, shown));
            return;
        }

        var named = Named(node);
        foreach (var (key, value) in node.Entries)
        {
            if (Shown(key.Text, "", null) is { } shown) hidden.Add((key.Start, key.End, shown)); // a value in the place of a key
            var child = keys?.Find(key.Text) ?? (keys?.Key.Kind is KeyKind.NamedSections or KeyKind.SecretMap or KeyKind.TextMap ? keys : null);
            var inner = key.Text is "value" or "default" && named is not null ? named : key.Text;
            // 'secrets: {A: …}' is about secrets, whatever A is called.
            Collect(value, child, IsTelling(name) && !IsTelling(inner) ? name : inner, hidden);
        }

        var arguments = CommandSecrets.Mask([.. node.Items.Select(item => item.Scalar?.Text ?? "")]);
        foreach (var (item, masked) in node.Items.Zip(arguments))
        {
            if (item.Scalar is { } argument && masked != argument.Text) hidden.Add((argument.Start, argument.End, Quotable(argument.Text, masked)));
            else Collect(item, keys, name, hidden);
        }
    }

    // {name: X-Api-Key, value: …}: the name is beside the value.
    private static string? Named(YamlPlaces node) =>
        node.Entries.FirstOrDefault(entry => entry.Key.Text is "name" or "key" or "header" or "variable" && entry.Value.Scalar is not null).Value?.Scalar?.Text;

    private static string? Shown(string text, string name, KeyNode? keys)
    {
        if (text.Length == 0) return null;
        if (keys?.Key.Kind is KeyKind.Secret or KeyKind.SecretMap) return IsReference(text) ? null : Hidden;
        // Of a key with a closed form, the form is the check. Where the text is free, or the key is unknown, its name decides.
        var isKnown = keys is not null && keys.Key.Kind is not (KeyKind.TextMap or KeyKind.TextListMap or KeyKind.NamedSections);
        if (!isKnown && IsSecret(name, text)) return Hidden;
        var masked = InUrl(CommandSecrets.Mask([text])[0]);
        return masked == text ? null : Quotable(text, masked);
    }

    // Quotes and line breaks of the source are not rebuilt: what is shown is no file.
    private static string Quotable(string text, string masked) => text.Contains('\n', StringComparison.Ordinal) ? Hidden : masked;

    private static bool IsSecret(string name, string text) => IsTelling(name) && !IsReference(text) && !IsWord(text);

    private static bool IsTelling(string name) =>
        name.Length > 0 && (SecretNames.IsTelling(name) || SecretNames.IsTelling(name.TrimEnd('s')) || HasSecretWord(name));

    // A screen hides more than a report of findings names: any word of the name counts, unless the name is about something that is no secret.
    private static bool HasSecretWord(string name)
    {
        var words = Word().Matches(name).Select(match => match.Value.ToLowerInvariant()).ToList();
        return words.Any(SecretWords.Contains) && !HarmlessEnds.Contains(words[^1]) && words[0] is not ("max" or "min" or "public" or "publishable");
    }

    private static bool IsReference(string text) => Reference().IsMatch(text);

    private static bool IsWord(string text) => text is "" or "~" or "true" or "false" or "null";

    // The user of an address may be a token without a password, and a password may look like a word.
    private static string InUrl(string text) => QueryValue().Replace(UserInfo().Replace(text, "$1" + Hidden + "@"),
        match => SecretNames.IsTelling(match.Groups[2].Value) && match.Groups[3].Value != Hidden
            ? match.Groups[1].Value + match.Groups[2].Value + "=" + Hidden : match.Value);

    private static string Replaced(string text, List<(int Start, int End, string Shown)> hidden)
    {
        var shown = new StringBuilder(text.Length);
        var secrets = new List<string>();
        var at = 0;
        foreach (var (start, stop, instead) in hidden.OrderBy(one => one.Start))
        {
            if (start < at) continue;
            var end = stop;
            while (end > start && char.IsWhiteSpace(text[end - 1])) end--; // a block ends behind its last line break
            var raw = text[start..end];
            var secret = raw.Trim('"', '\'');
            if (instead == Hidden && secret.Length >= ShortestRepeated && !secret.Contains('\n', StringComparison.Ordinal)) secrets.Add(secret);
            shown.Append(text, at, start - at).Append(instead);
            at = end;
        }

        shown.Append(text, at, text.Length - at);
        // The same value in another place, a comment for example, is no less secret there.
        foreach (var secret in secrets.Distinct(StringComparer.Ordinal)) shown.Replace(secret, Hidden);
        return shown.ToString();
    }

    // The search of a text without structure, and options with their values over line breaks, also in comments.
    private static string Further(string text) => OptionAndValue().Replace(InUrl(SecretDetector.Mask(text)), static match =>
        SecretNames.IsTelling(match.Groups[1].Value) && !IsReference(match.Groups[3].Value) && match.Groups[3].Value != Hidden
            ? match.Value[..^match.Groups[3].Length] + Hidden : match.Value);

    // What cannot be parsed may have its values anywhere. The names of keys and the indentation are left.
    private static string WithoutValues(string text) => string.Join('\n', text.Split('\n').Select(static line =>
    {
        var key = KeyOfLine().Match(line);
        var rest = line[key.Length..];
        return rest.Trim().Length == 0 ? line : key.Value + (key.Value.EndsWith(':') ? " " : "") + Hidden;
    }));

    [GeneratedRegex(@"^(?:(?:vault|env|file):\S+|\$\{[A-Za-z_][A-Za-z0-9_]*\})$", RegexOptions.CultureInvariant)]
    private static partial Regex Reference();

    // A password may have @ and /. Behind a host with a port no password is looked for: what is behind a host must stay visible.
    [GeneratedRegex(@"([A-Za-z][A-Za-z0-9+.\-]*://)(?:[^\s/?#""']+@|[^\s/?#:@""']+:(?![0-9]+(?:[/?#]|$))[^\s""]*@)", RegexOptions.CultureInvariant)]
    private static partial Regex UserInfo();

    [GeneratedRegex("[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+", RegexOptions.CultureInvariant)]
    private static partial Regex Word();

    [GeneratedRegex(@"([?&;])([A-Za-z0-9_.\-]+)=([^&\s#""']+)", RegexOptions.CultureInvariant)]
    private static partial Regex QueryValue();

    [GeneratedRegex(@"(?<![\w-])--?([A-Za-z][\w\-]*)([\s,""'\[\]#=:]+(?:-[ \t]+)?[""']?)((?!--)[^\s,""'\]#]+)", RegexOptions.CultureInvariant)]
    private static partial Regex OptionAndValue();

    [GeneratedRegex(@"^\s*(?:-\s+)?(?:[A-Za-z][A-Za-z0-9_.\-]{0,63}:(?=\s|$))?", RegexOptions.CultureInvariant)]
    private static partial Regex KeyOfLine();
}
