using System.Text;
using Gatehouse.Text;

namespace Gatehouse.AuthorizationServer.Clients;

/// <summary>The name that a client gives itself: text of a stranger that a person will read.</summary>
internal static class ClientName
{
    /// <summary>The longest name, in characters.</summary>
    public const int LongestText = 128;

    /// <summary>The name of a client that gave none.</summary>
    public const string Missing = "client without a name";

    /// <summary>
    /// Returns whether a name can be shown: it has a visible character, is not too long, and has no character that acts on a terminal, turns the
    /// reading direction, breaks a line or is invisible ASCII. Other invisible characters are escaped where the name is shown.
    /// </summary>
    public static bool IsShowable(string? name)
    {
        if (name is null || name.Length is 0 or > LongestText)
            return false;
        var isVisible = false;
        foreach (var rune in name.EnumerateRunes())
        {
            var appearance = AppearanceTable.Of(rune.Value);
            if (rune == Rune.ReplacementChar || appearance is Appearance.Control or Appearance.Direction or Appearance.Tag or Appearance.Separator
                or Appearance.Unassigned or Appearance.Private)
                return false;
            isVisible |= appearance == Appearance.Plain && rune.Value != ' ';
        }

        return isVisible;
    }
}
