using System.Globalization;

namespace Gatehouse.Text;

/// <summary>
/// The one table of how code points appear. What is shown to a person, what detection calls hidden and what files of ours may hold is decided
/// by it, so that no character is seen in one place and unseen in another (CWE-451, CWE-1007).
/// </summary>
/// <remarks>
/// Categories come from the runtime (<see cref="CharUnicodeInfo"/>, which needs no ICU). What categories do not say is here, from the Unicode
/// Character Database 16.0: Bidi_Control and Variation_Selector of PropList.txt, Default_Ignorable_Code_Point of DerivedCoreProperties.txt. A
/// character that is newer than the runtime's data is unassigned, and so never taken for plain.
/// </remarks>
public static class AppearanceTable
{
    /// <summary>How a code point appears. Total: every value up to 10FFFF has an answer.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is no code point.</exception>
    public static Appearance Of(int codePoint) => codePoint switch
    {
        < 0 or > 0x10FFFF => throw new ArgumentOutOfRangeException(nameof(codePoint)),
        < 0x7F => codePoint >= ' ' ? Appearance.Plain : Appearance.Control,
        0x061C or 0x200E or 0x200F or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069) => Appearance.Direction,
        0x200C or 0x200D => Appearance.Joiner,
        (>= 0x180B and <= 0x180D) or 0x180F or (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0100 and <= 0xE01EF) => Appearance.Selector,
        >= 0xE0000 and <= 0xE007F => Appearance.Tag,
        _ when IsIgnorable(codePoint) || IsFiller(codePoint) => Appearance.Invisible,
        // Assigned as letters and symbols, drawn as nothing: the blank of Braille, a note without a head, blanks between hieroglyphs.
        0x2800 or 0x1D159 or 0x13441 or 0x13442 => Appearance.Blank,
        _ => OfCategory(CharUnicodeInfo.GetUnicodeCategory(codePoint)),
    };

    /// <summary>Whether it is seen as what it is: plain, or a mark, which is seen where it has a base.</summary>
    public static bool IsSeen(int codePoint) => Of(codePoint) is Appearance.Plain or Appearance.Mark or Appearance.SpacingMark;

    /// <summary>
    /// Whether words read the same without it: no appearance of its own, or a mark on a letter. Comparisons of
    /// words leave it out, since it is used to hide words.
    /// </summary>
    public static bool IsSkippedByReaders(int codePoint) =>
        Of(codePoint) is Appearance.Mark or Appearance.EnclosingMark or Appearance.Direction or Appearance.Tag
        or Appearance.Selector or Appearance.Joiner or Appearance.Invisible or Appearance.Format;

    /// <summary>
    /// Whether a file that a person writes for us may hold it. Selectors and joiners belong to emoji in comments and names, private and unassigned
    /// ones to fonts and to newer tables; what else is unseen deceives a reviewer of the file.
    /// </summary>
    public static bool IsAllowedInFiles(int codePoint) =>
        Of(codePoint) is not (Appearance.Control or Appearance.Direction or Appearance.Tag or Appearance.Joiner
        or Appearance.Invisible or Appearance.Format or Appearance.Separator or Appearance.Surrogate);

    // Default_Ignorable_Code_Point beside those above. The ranges hold unassigned ones on purpose: a renderer draws nothing for them.
    private static bool IsIgnorable(int codePoint) => codePoint is 0x00AD or 0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or 0x180E or 0x200B
        or (>= 0x2060 and <= 0x206F) or 0x3164 or 0xFEFF or 0xFFA0 or (>= 0xFFF0 and <= 0xFFF8) or (>= 0x1BCA0 and <= 0x1BCA3)
        or (>= 0x1D173 and <= 0x1D17A) or (>= 0xE0080 and <= 0xE0FFF);

    // Without a shape and not ignorable by default: the filler of the Khitan script.
    private static bool IsFiller(int codePoint) => codePoint == 0x16FE4;

    private static Appearance OfCategory(UnicodeCategory category) => category switch
    {
        UnicodeCategory.Control => Appearance.Control,
        UnicodeCategory.Format => Appearance.Format,
        UnicodeCategory.SpaceSeparator => Appearance.Blank,
        UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => Appearance.Separator,
        UnicodeCategory.NonSpacingMark => Appearance.Mark,
        UnicodeCategory.SpacingCombiningMark => Appearance.SpacingMark,
        UnicodeCategory.EnclosingMark => Appearance.EnclosingMark,
        UnicodeCategory.PrivateUse => Appearance.Private,
        UnicodeCategory.OtherNotAssigned => Appearance.Unassigned,
        UnicodeCategory.Surrogate => Appearance.Surrogate,
        _ => Appearance.Plain,
    };
}
