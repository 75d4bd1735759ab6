using System.Text;
using Gatehouse.Text;

namespace Gatehouse.Detection.Text;

/// <summary>Characters that a person does not see, or that change what a person sees. The one table of appearances lists them.</summary>
public static class HiddenCharacters
{
    /// <summary>Returns the kind of a character.</summary>
    /// <param name="rune">The character.</param>
    /// <param name="previous">The one before it; null at the beginning. Joiners and selectors belong to emoji and to scripts that need them.</param>
    public static HiddenKind KindOf(Rune rune, Rune? previous) => AppearanceTable.Of(rune.Value) switch
    {
        Appearance.Control => rune.Value is '\n' or '\r' or '\t' ? HiddenKind.None : HiddenKind.Control,
        // Flags of England, Scotland and Wales are written with tag characters after a black flag.
        Appearance.Tag => previous is { Value: 0x1F3F4 } ? HiddenKind.None : HiddenKind.Tag,
        // Marks of a direction reorder none of the text between them, and right-to-left texts are full of them.
        Appearance.Direction => rune.Value is 0x200E or 0x200F or 0x061C ? HiddenKind.None : HiddenKind.Direction,
        Appearance.Joiner => previous is { Value: < 0x0300 } ? HiddenKind.Invisible : HiddenKind.None,
        Appearance.Selector => rune.Value != 0xFE0F && IsSelectorOfNothing(previous) ? HiddenKind.Invisible : HiddenKind.None,
        Appearance.Invisible => IsHonest(rune, previous) ? HiddenKind.None : HiddenKind.Invisible,
        Appearance.Format => rune.Value is >= 0xFFF9 and <= 0xFFFB ? HiddenKind.Invisible : HiddenKind.None,
        // In the first plane fonts of icons are of private use.
        Appearance.Private => rune.Value > 0xFFFF ? HiddenKind.Invisible : HiddenKind.None,
        _ => HiddenKind.None,
    };

    /// <summary>Returns whether the character has no appearance of its own and readers leave it out.</summary>
    internal static bool HasNoAppearance(Rune rune) => AppearanceTable.IsSkippedByReaders(rune.Value);

    // A byte order mark at the beginning, a soft hyphen in a long word, and signs of notes and shorthand, which their text needs.
    private static bool IsHonest(Rune rune, Rune? previous) =>
        (rune.Value == 0xFEFF && previous is null) || rune.Value is 0xAD or (>= 0x1BCA0 and <= 0x1BCA3) or (>= 0x1D173 and <= 0x1D17A) or 0x16FE4;

    private static bool IsSelectorOfNothing(Rune? previous) =>
        previous is null or { Value: < 0x0300 } || AppearanceTable.Of(previous.Value.Value) == Appearance.Selector;
}
