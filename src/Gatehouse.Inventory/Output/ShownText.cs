using System.Globalization;
using System.Net;
using System.Text;

namespace Gatehouse.Inventory;

/// <summary>
/// Outside text made safe for its medium (design rule 9): in a terminal what moves the cursor, hides itself or turns the reading
/// direction is written as its code point; in HTML the same, and markup is text.
/// </summary>
public static class ShownText
{
    /// <summary>For a terminal or a log. Nothing is left out.</summary>
    public static string Terminal(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var shown = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsHidden(rune)) shown.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:x}}}");
            else shown.Append(rune.ToString());
        }

        return shown.ToString();
    }

    /// <summary>For a terminal, cut after a number of characters with the count of what is left out.</summary>
    public static string Terminal(string text, int most) => Cut(Terminal(text), most);

    /// <summary>Cuts what was made safe before, with the count of what is left out; no character of two halves is cut through.</summary>
    internal static string Cut(string shown, int most)
    {
        if (shown.Length <= most) return shown;
        var kept = char.IsHighSurrogate(shown[most - 1]) ? most - 1 : most;
        return string.Create(CultureInfo.InvariantCulture, $"{shown[..kept]}... ({shown.Length - kept} more characters)");
    }

    /// <summary>For HTML text and quoted attributes.</summary>
    public static string Html(string text) => WebUtility.HtmlEncode(Terminal(text));

    private static bool IsHidden(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate
        || rune.Value is 0x034F or 0x115F or 0x1160 or 0x3164 or 0xFFA0 or (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0100 and <= 0xE01EF);
}
