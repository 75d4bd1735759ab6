using System.Text;
using Gatehouse.Protocol.Validation;
using Gatehouse.Text;

namespace Gatehouse.Protocol.Tests;

/// <summary>
/// The folding of letters answers another question than the table of appearances: what a forgiving reader takes for ASCII or for nothing. It must not
/// keep what people do not see (decision 0099).
/// </summary>
public sealed class LetterFoldingTests
{
    [Fact]
    public void WhatIsUnseen_FoldsToNothing() => Assert.All(
        Enumerable.Range(0x80, 0x10FFFF - 0x7F)
            .Where(codePoint => AppearanceTable.Of(codePoint) is Appearance.Direction or Appearance.Joiner or Appearance.Selector
            or Appearance.Tag or Appearance.Invisible),
        codePoint => Assert.True(LetterFolding.Of(new Rune(codePoint)) is "", $"U+{codePoint:X4} is kept"));
}
