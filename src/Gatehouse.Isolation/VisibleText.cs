using System.Globalization;
using System.Text;

namespace Gatehouse.Isolation;

/// <summary>
/// Makes text from outside safe for a terminal or a log line: what would move the cursor, start a line, hide itself or turn
/// the reading direction is written as its code point.
/// </summary>
internal static class VisibleText
{
    public static string Escape(string text)
    {
        if (!text.EnumerateRunes().Any(IsHidden))
            return text;
        var visible = new StringBuilder(text.Length + 16);
        foreach (var rune in text.EnumerateRunes())
            Append(visible, rune);
        return visible.ToString();
    }

    private static void Append(StringBuilder visible, Rune rune)
    {
        if (!IsHidden(rune))
            visible.Append(rune.ToString());
        else if (rune.IsBmp)
            visible.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
        else
            visible.Append(CultureInfo.InvariantCulture, $"\\U{rune.Value:x8}");
    }

    private static bool IsHidden(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned;
}
