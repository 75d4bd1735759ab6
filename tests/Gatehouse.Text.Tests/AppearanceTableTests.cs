namespace Gatehouse.Text.Tests;

public sealed class AppearanceTableTests
{
    // Default_Ignorable_Code_Point of DerivedCoreProperties.txt, Unicode 16.0, written apart from the table.
    private static readonly (int First, int Last)[] DefaultIgnorable =
    [
        (0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x200B, 0x200F),
        (0x202A, 0x202E), (0x2060, 0x206F),
        (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A),
        (0xE0000, 0xE0FFF),
    ];

    [Fact]
    public void TheTable_IsTotal()
    {
        Assert.All(CodePoints.All, codePoint => Assert.True(Enum.IsDefined(AppearanceTable.Of(codePoint))));
        Assert.Equal(Enum.GetValues<Appearance>().Order(), CodePoints.All.Select(AppearanceTable.Of).Distinct().Order());
        Assert.Throws<ArgumentOutOfRangeException>(() => AppearanceTable.Of(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => AppearanceTable.Of(0x110000));
    }

    [Fact]
    public void WhatRenderersIgnore_IsNotSeen()
    {
        foreach (var (first, last) in DefaultIgnorable)
        {
            for (var codePoint = first; codePoint <= last; codePoint++)
            {
                Assert.Contains(AppearanceTable.Of(codePoint),
                    new[] { Appearance.Direction, Appearance.Tag, Appearance.Selector, Appearance.Joiner, Appearance.Invisible });
                Assert.True(AppearanceTable.IsSkippedByReaders(codePoint));
            }
        }
    }

    [Fact]
    public void BidiControls_AreDirections() => Assert.Equal(
        [0x061C, 0x200E, 0x200F, 0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2066, 0x2067, 0x2068, 0x2069],
        CodePoints.All.Where(codePoint => AppearanceTable.Of(codePoint) == Appearance.Direction));

    [Theory]
    [InlineData('a', Appearance.Plain)]
    [InlineData(' ', Appearance.Plain)]
    [InlineData('\\', Appearance.Plain)]
    [InlineData('\n', Appearance.Control)]
    [InlineData(0x1B, Appearance.Control)]
    [InlineData(0x7F, Appearance.Control)]
    [InlineData(0x9B, Appearance.Control)]
    [InlineData(0xA0, Appearance.Blank)]
    [InlineData(0x3000, Appearance.Blank)]
    [InlineData(0x2800, Appearance.Blank)]
    [InlineData(0x1D159, Appearance.Blank)]
    [InlineData(0x2028, Appearance.Separator)]
    [InlineData(0x0301, Appearance.Mark)]
    [InlineData(0x0903, Appearance.SpacingMark)]
    [InlineData(0x20DD, Appearance.EnclosingMark)]
    [InlineData(0x115F, Appearance.Invisible)]
    [InlineData(0x17B4, Appearance.Invisible)]
    [InlineData(0x16FE4, Appearance.Invisible)]
    [InlineData(0x180B, Appearance.Selector)]
    [InlineData(0xFE0F, Appearance.Selector)]
    [InlineData(0xE0041, Appearance.Tag)]
    [InlineData(0x0600, Appearance.Format)]
    [InlineData(0xFFF9, Appearance.Format)]
    [InlineData(0xE000, Appearance.Private)]
    [InlineData(0xFFFE, Appearance.Unassigned)]
    [InlineData(0xD800, Appearance.Surrogate)]
    [InlineData(0x4E2D, Appearance.Plain)]
    [InlineData(0x05D0, Appearance.Plain)]
    [InlineData(0x1F600, Appearance.Plain)]
    [InlineData(0xFFFD, Appearance.Plain)]
    public void OfEachKind_ThereIsOneThatIsKnown(int codePoint, Appearance appearance) => Assert.Equal(appearance, AppearanceTable.Of(codePoint));

    // A mark is seen on a base and escaped without one; everything else that a former table called unseen is unseen now, everywhere.
    [Fact]
    public void NoFormerTable_KnewMore()
    {
        foreach (var codePoint in CodePoints.All)
        {
            if (FormerSets.Processes(codePoint) || FormerSets.Reports(codePoint) || FormerSets.Differences(codePoint) || FormerSets.Hidden(codePoint))
                Assert.False(AppearanceTable.IsSeen(codePoint), $"U+{codePoint:X4} was unseen");
            if (FormerSets.Skipped(codePoint) || FormerSets.SkippedInForms(codePoint))
                Assert.True(AppearanceTable.IsSkippedByReaders(codePoint), $"U+{codePoint:X4} was skipped");
            if (FormerSets.RefusedAsValues(codePoint) || FormerSets.RefusedInFiles(codePoint))
                Assert.False(AppearanceTable.IsAllowedInFiles(codePoint), $"U+{codePoint:X4} was refused");
        }
    }
}
