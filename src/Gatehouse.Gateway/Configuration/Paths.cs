using System.Text.RegularExpressions;

namespace Gatehouse.Gateway.Configuration;

/// <summary>Paths of keys, as they stand in faults.</summary>
internal static partial class Paths
{
    /// <summary>The path of a key inside a section. A key that does not look like a name is shown as <c>?</c>.</summary>
    public static string Join(string parent, string key)
    {
        var shown = LooksLikeName(key) ? key : "?";
        return parent.Length == 0 ? shown : $"{parent}.{shown}";
    }

    /// <summary>True for what a key, a server or a variable may be called.</summary>
    public static bool LooksLikeName(string text) => Name().IsMatch(text);

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_-]{0,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
