using System.Globalization;
using System.Text;

namespace Gatehouse.Integrity.Differences;

/// <summary>Shows outside text to a person so that nothing of it is unseen and nothing of it acts on the terminal (design rule 9).</summary>
public static class VisibleText
{
    /// <summary>
    /// Writes controls, line breaks, bidirectional and zero-width characters, tag characters, variation selectors, unusual spaces, private and
    /// unassigned code points as <c>\u{…}</c>; a backslash is doubled, so that no text can pose as such an escape.
    /// </summary>
    public static string Escape(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var visible = new StringBuilder(text.Length);
        for (int at = 0; at < text.Length;)
        {
            bool pair = char.IsSurrogatePair(text, Math.Min(at, text.Length - 1));
            int codePoint = pair ? char.ConvertToUtf32(text, at) : text[at];
            Append(visible, codePoint);
            at += pair ? 2 : 1;
        }

        return visible.ToString();
    }

    /// <summary>Whether a code point shows itself on its own.</summary>
    public static bool Shows(int codePoint) => codePoint switch
    {
        ' ' => true,
        // Letters of no width or shape: Hangul fillers, the blank of Braille, the grapheme joiner.
        0x115F or 0x1160 or 0x3164 or 0xFFA0 or 0x2800 or 0x034F => false,
        // Variation selectors and tags are unseen by design.
        (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0000 and <= 0xE0FFF) or (>= 0x180B and <= 0x180F) => false,
        _ => CharUnicodeInfo.GetUnicodeCategory(codePoint) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
            or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.SpaceSeparator or UnicodeCategory.EnclosingMark),
    };

    private static void Append(StringBuilder visible, int codePoint)
    {
        if (codePoint == '\\')
            visible.Append("\\\\");
        else if (codePoint == '\n')
            visible.Append("\\n");
        else if (Shows(codePoint))
            visible.Append(char.ConvertFromUtf32(codePoint));
        else
            visible.Append(CultureInfo.InvariantCulture, $"\\u{{{codePoint:X4}}}");
    }
}
