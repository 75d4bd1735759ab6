using System.Globalization;

namespace Gatehouse.Text.Tests;

/// <summary>
/// What the tables that there were before this one called unseen, as they were written. None of them may know a code point that the one table shows.
/// </summary>
internal static class FormerSets
{
    /// <summary>Local processes: words of faults and lines of stderr.</summary>
    public static bool Processes(int codePoint) => Category(codePoint) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned;

    /// <summary>Reports of a scan, and every line of the command.</summary>
    public static bool Reports(int codePoint) => Category(codePoint) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate
        || codePoint is 0x034F or 0x115F or 0x1160 or 0x3164 or 0xFFA0 or (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0100 and <= 0xE01EF);

    /// <summary>Differences of definitions, and the lock file.</summary>
    public static bool Differences(int codePoint) => codePoint != ' ' && (codePoint is 0x115F or 0x1160 or 0x3164 or 0xFFA0 or 0x2800 or 0x034F
            or (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0000 and <= 0xE0FFF) or (>= 0x180B and <= 0x180F)
        || Category(codePoint) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
            or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.SpaceSeparator or UnicodeCategory.EnclosingMark);

    /// <summary>Detection: characters that hide, apart from what their neighbours excuse.</summary>
    public static bool Hidden(int codePoint) =>
        codePoint is (< 0x20 and not ('\n' or '\r' or '\t')) or 0x7F or (>= 0x80 and <= 0x9F) or (>= 0xE0000 and <= 0xE007F)
            or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069) or 0x200B or (>= 0x2060 and <= 0x2064) or 0x180E or 0x034F or 0x115F or 0x1160
            or 0x3164 or 0xFFA0
            or (>= 0xFFF9 and <= 0xFFFB) or (>= 0x206A and <= 0x206F) or 0xFEFF or 0x200C or 0x200D or (>= 0xFE00 and <= 0xFE0E)
            or (>= 0xE0100 and <= 0xE01EF)
        || (codePoint > 0xFFFF && Category(codePoint) == UnicodeCategory.PrivateUse);

    /// <summary>Detection: characters that are left out of what is read.</summary>
    public static bool Skipped(int codePoint) => codePoint > 0x7F && (
        codePoint is 0xAD or 0x034F or 0x115F or 0x1160 or 0x3164 or 0xFFA0 or 0x180E or (>= 0x200B and <= 0x200F) or (>= 0x202A and <= 0x202E)
            or (>= 0x2060 and <= 0x206F)
            or (>= 0xFE00 and <= 0xFE0F) or 0xFEFF or (>= 0xFFF9 and <= 0xFFFB) or (>= 0xE0000 and <= 0xE01EF)
        || Category(codePoint) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format);

    /// <summary>Forms that a server asks a person to fill: characters that are left out of a word.</summary>
    public static bool SkippedInForms(int codePoint) =>
        Category(codePoint) is UnicodeCategory.Format or UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark;

    /// <summary>Values of the configuration and of policies.</summary>
    public static bool RefusedAsValues(int codePoint) => Category(codePoint) is UnicodeCategory.Control or UnicodeCategory.Format;

    /// <summary>Files in YAML.</summary>
    public static bool RefusedInFiles(int codePoint) => codePoint is not ('\n' or '\t') && (codePoint is 0x85 or 0x2028 or 0x2029 or 0xFEFF
        or (>= 0x200B and <= 0x200F) or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069) || Category(codePoint) == UnicodeCategory.Control);

    private static UnicodeCategory Category(int codePoint) => CharUnicodeInfo.GetUnicodeCategory(codePoint);
}
