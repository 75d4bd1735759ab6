using System.Text;
using Gatehouse.Detection.Text;

namespace Gatehouse.Inventory.Checks;

/// <summary>Letters of other scripts, and digits, that look like Latin letters.</summary>
internal static class LookAlikes
{
    /// <summary>Returns the text in small letters, in compatibility form, with look-alike letters and digits replaced by the Latin letters.</summary>
    public static string Fold(string text) =>
        new StringBuilder(TextViews.Of(TextView.Of(text)).Folded[0].Text).Replace('0', 'o').Replace('1', 'l').ToString();

    /// <summary>Returns whether the text mixes Latin letters with letters of another script that look like them.</summary>
    public static bool IsMixed(string text) => text.Any(char.IsAsciiLetter) && text.Any(letter => letter > 0x7f && Folding.IsLookAlike(letter));
}
