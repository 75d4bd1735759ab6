using System.Globalization;
using System.Text;
using Gatehouse.Detection.Text;

namespace Gatehouse.Detection.Tests;

/// <summary>The table of appearances finds what the lists before it found, and what they forgot.</summary>
public sealed class HiddenCharactersTests
{
    private static readonly Rune?[] Before =
        [null, new('a'), new(' '), new(0x0623), new(0x182F), new(0x4E2D), new(0x1F600), new(0x1F3F4), new(0xFE0E), new(0xE0100), new(0x200B),
            new(0xE0041)];

    [Fact]
    public void NothingThatWasFound_IsLost()
    {
        foreach (var rune in Enumerable.Range(0, 0x110000).Where(Rune.IsValid).Select(codePoint => new Rune(codePoint)))
        {
            foreach (var previous in Before)
            {
                var former = Former(rune, previous);
                if (former != HiddenKind.None)
                    Assert.True(former == HiddenCharacters.KindOf(rune, previous), $"U+{rune.Value:X4} after {previous?.Value:X4}");
            }
        }
    }

    [Theory]
    [InlineData(0x17B4)]
    [InlineData(0x2065)]
    [InlineData(0xFFF0)]
    [InlineData(0x180B)]
    [InlineData(0xE0080)]
    [InlineData(0xE0200)]
    public void WhatTheListsForgot_IsFound(int codePoint)
    {
        Assert.Equal(HiddenKind.Invisible, HiddenCharacters.KindOf(new Rune(codePoint), new Rune('a')));
        Assert.True(HiddenCharacters.HasNoAppearance(new Rune(codePoint)));
    }

    // What honest texts hold: soft hyphens, marks of direction, selectors of emoji, Mongolian variants, icons of fonts, notes of music.
    [Theory]
    [InlineData(0xAD, 'a')]
    [InlineData(0x200E, 'a')]
    [InlineData(0x200F, 0x05D0)]
    [InlineData(0xFE0F, 0x2764)]
    [InlineData(0x180B, 0x182F)]
    [InlineData(0xE000, 'a')]
    [InlineData(0x1D173, 0x1D15F)]
    [InlineData(0x2800, 0x2801)]
    public void WhatHonestTextsHold_IsNoFinding(int codePoint, int previous) =>
        Assert.Equal(HiddenKind.None, HiddenCharacters.KindOf(new Rune(codePoint), new Rune(previous)));

    // As it was before there was a table for all.
    private static HiddenKind Former(Rune rune, Rune? previous)
    {
        if (rune.IsAscii)
            return rune.Value is >= 0x20 and < 0x7F or '\n' or '\r' or '\t' ? HiddenKind.None : HiddenKind.Control;
        var ofNothing = previous is null or { Value: < 0x0300 } or { Value: (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0100 and <= 0xE01EF) };
        return rune.Value switch
        {
            >= 0xE0000 and <= 0xE007F => previous is { Value: 0x1F3F4 } ? HiddenKind.None : HiddenKind.Tag,
            (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069) => HiddenKind.Direction,
            0x200B or (>= 0x2060 and <= 0x2064) or 0x180E or 0x034F or 0x115F or 0x1160 or 0x3164 or 0xFFA0 or (>= 0xFFF9 and <= 0xFFFB)
                or (>= 0x206A and <= 0x206F) => HiddenKind.Invisible,
            0xFEFF => previous is null ? HiddenKind.None : HiddenKind.Invisible,
            0x200C or 0x200D => previous is { Value: < 0x0300 } ? HiddenKind.Invisible : HiddenKind.None,
            0xFE0F => HiddenKind.None,
            (>= 0xFE00 and <= 0xFE0E) or (>= 0xE0100 and <= 0xE01EF) => ofNothing ? HiddenKind.Invisible : HiddenKind.None,
            >= 0x80 and <= 0x9F => HiddenKind.Control,
            _ => rune.Value > 0xFFFF && Rune.GetUnicodeCategory(rune) == UnicodeCategory.PrivateUse ? HiddenKind.Invisible : HiddenKind.None,
        };
    }
}
