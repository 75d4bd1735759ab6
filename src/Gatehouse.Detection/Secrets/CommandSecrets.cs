using System.Diagnostics.CodeAnalysis;
using Gatehouse.Detection.Findings;

namespace Gatehouse.Detection.Secrets;

/// <summary>
/// Secrets among the arguments of a command, for a screen: known forms, and values after a name that indicates a secret. The name is an option of its
/// own (<c>--access-token VALUE</c>), one with its value (<c>--access-token=VALUE</c>), an assignment (<c>API_KEY=VALUE</c>) or a header
/// (<c>X-Api-Key: VALUE</c>). Shown text may be copied into a ticket, so the name is enough to hide its value: a placeholder that is hidden costs
/// nothing, a secret that is shown has to be replaced (CWE-532).
/// </summary>
public static class CommandSecrets
{
    /// <summary>The text in place of a value that only its name indicates to be a secret.</summary>
    public const string Hidden = "<secret>";

    /// <summary>Returns the arguments with the values of secrets replaced, as many as were given.</summary>
    /// <param name="arguments">The argument vector, with or without the program.</param>
    [return: NotNull]
    public static IReadOnlyList<string> Mask(IReadOnlyList<string> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var masked = new string[arguments.Count];
        for (var i = 0; i < masked.Length; i++)
            masked[i] = i > 0 && IsValueOf(arguments[i - 1], arguments[i]) ? Hidden : MaskOne(arguments[i]);
        return masked;
    }

    /// <summary>Finds the arguments that hold a secret written out.</summary>
    /// <param name="arguments">The arguments, without the program.</param>
    /// <returns>The index of each, the kind of secret (null where only the name of the option indicates it), and the confidence.</returns>
    public static IEnumerable<(int Index, string? Kind, Confidence Confidence)> Find(IReadOnlyList<string> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        for (var i = 0; i < arguments.Count; i++)
        {
            if (SecretDetector.Find(arguments[i]) is [var hit, ..]) yield return (i, hit.Kind, hit.Confidence);
            else if (i > 0 && arguments[i - 1].StartsWith('-')
                && SecretDetector.ByName(arguments[i - 1].TrimStart('-'), arguments[i]) is { } confidence) yield return (i, null, confidence);
        }
    }

    // An option whose name indicates a secret. A text that begins with two hyphens is the next option and no value.
    private static bool IsValueOf(string option, string text) =>
        option.StartsWith('-') && !option.Contains('=', StringComparison.Ordinal) && SecretNames.MayBeSecret(option.TrimStart('-'))
        && !HarmlessValue.Is(option.TrimStart('-'), text) && text.Length > 0 && !text.StartsWith("--", StringComparison.Ordinal)
        && !SecretJudges.IsReference(text);

    // 'auth.example.com:8443' is a host and no header.
    private static bool IsName(string name, string text, int at) => SecretNames.IsTelling(name)
        || ((text[at] == '=' || (at + 1 < text.Length && text[at + 1] == ' ')) && SecretNames.MayBeSecret(name));

    private static string MaskOne(string text)
    {
        var masked = SecretDetector.Mask(text);
        if (masked != text) return masked;
        foreach (var separator in (ReadOnlySpan<char>)['=', ':'])
        {
            var at = text.IndexOf(separator, StringComparison.Ordinal);
            if (at <= 0) continue;
            var (name, value) = (text[..at].TrimStart('-'), text[(at + 1)..].TrimStart());
            if (value.Length > 0 && IsName(name, text, at) && !SecretJudges.IsReference(value) && !HarmlessValue.Is(name, value))
                return text[..(text.Length - value.Length)] + Hidden;
        }

        return text;
    }
}
