using System.Globalization;
using System.Text;

namespace Gatehouse.Detection;

/// <summary>Characters that a person does not see, or that change what a person sees.</summary>
public static class HiddenCharacters
{
    /// <summary>What a character is.</summary>
    /// <param name="rune">The character.</param>
    /// <param name="previous">The one before it; null at the beginning. Joiners and selectors belong to emoji and to scripts that need them.</param>
    public static HiddenKind KindOf(Rune rune, Rune? previous)
    {
        if (rune.IsAscii)
            return rune.Value is >= 0x20 and < 0x7F or '\n' or '\r' or '\t' ? HiddenKind.None : HiddenKind.Control;
        return rune.Value switch
        {
            // Flags of England, Scotland and Wales are written with tag characters after a black flag.
            >= 0xE0000 and <= 0xE007F => previous is { Value: 0x1F3F4 } ? HiddenKind.None : HiddenKind.Tag,
            (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069) => HiddenKind.Direction,
            0x200B or (>= 0x2060 and <= 0x2064) or 0x180E or 0x034F or 0x115F or 0x1160 or 0x3164 or 0xFFA0 or (>= 0xFFF9 and <= 0xFFFB) or (>= 0x206A and <= 0x206F) => HiddenKind.Invisible,
            0xFEFF => previous is null ? HiddenKind.None : HiddenKind.Invisible,
            0x200C or 0x200D => previous is { Value: < 0x0300 } ? HiddenKind.Invisible : HiddenKind.None,
            0xFE0F => HiddenKind.None,
            (>= 0xFE00 and <= 0xFE0E) or (>= 0xE0100 and <= 0xE01EF) => IsSelectorOfNothing(previous) ? HiddenKind.Invisible : HiddenKind.None,
            >= 0x80 and <= 0x9F => HiddenKind.Control,
            _ => rune.Value > 0xFFFF && Rune.GetUnicodeCategory(rune) == UnicodeCategory.PrivateUse ? HiddenKind.Invisible : HiddenKind.None,
        };
    }

    /// <summary>Whether the character has no appearance of its own and is left out of what is read.</summary>
    internal static bool HasNoAppearance(Rune rune) => !rune.IsAscii && (
        rune.Value is 0xAD or 0x034F or 0x115F or 0x1160 or 0x3164 or 0xFFA0 or 0x180E or (>= 0x200B and <= 0x200F) or (>= 0x202A and <= 0x202E) or (>= 0x2060 and <= 0x206F)
            or (>= 0xFE00 and <= 0xFE0F) or 0xFEFF or (>= 0xFFF9 and <= 0xFFFB) or (>= 0xE0000 and <= 0xE01EF)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format);

    private static bool IsSelectorOfNothing(Rune? previous) =>
        previous is null or { Value: < 0x0300 } or { Value: (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0100 and <= 0xE01EF) };
}
