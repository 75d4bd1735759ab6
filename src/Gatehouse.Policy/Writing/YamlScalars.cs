using System.Text.RegularExpressions;

namespace Gatehouse.Policy.Writing;

/// <summary>Texts as YAML on one line.</summary>
internal static partial class YamlScalars
{
    private static readonly string[] Special = ["true", "false", "null", "yes", "no", "on", "off"];

    /// <summary>Returns a plain text where that cannot be read as anything else, otherwise a quoted one.</summary>
    public static string Text(string text) =>
        Plain().IsMatch(text) && !Special.Contains(text, StringComparer.OrdinalIgnoreCase) ? text : JsonTexts.Quote(text);

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_./-]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Plain();
}
