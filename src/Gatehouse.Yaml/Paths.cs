using System.Text.RegularExpressions;

namespace Gatehouse.Yaml;

/// <summary>Paths of keys, as they stand in faults.</summary>
public static partial class Paths
{
    /// <summary>What a key, a server, a rule or a variable may be called.</summary>
    public const string NamePattern = "^[A-Za-z_][A-Za-z0-9_-]{0,62}$";

    /// <summary>The path of a key inside a section. A key that does not look like a name is shown as <c>?</c>.</summary>
    public static string Join(string parent, string key)
    {
        var shown = LooksLikeName(key) ? key : "?";
        return parent.Length == 0 ? shown : $"{parent}.{shown}";
    }

    /// <summary>True for a name.</summary>
    public static bool LooksLikeName(string text) => !text.EndsWith('\n') && Name().IsMatch(text);

    [GeneratedRegex(NamePattern, RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
