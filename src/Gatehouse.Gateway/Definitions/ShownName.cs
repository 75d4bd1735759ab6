using Gatehouse.Text;

namespace Gatehouse.Gateway.Definitions;

/// <summary>A definition's name in an event. It is outside text of any length.</summary>
internal static class ShownName
{
    private const int LongestName = 100;

    /// <summary>Returns the name, cut and escaped.</summary>
    public static string Of(string name) => VisibleText.Escape(name.Length > LongestName ? name[..LongestName] : name);
}
