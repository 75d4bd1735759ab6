using Gatehouse.Range.Screens;

namespace Gatehouse.Range.Tests;

/// <summary>The model of a terminal that exercises are judged by: what a person sees at the end.</summary>
[Trait("Requirement", "RG-01")]
public sealed class TerminalScreenTests
{
    [Theory]
    [InlineData("one\ntwo\n", "one\ntwo")]
    [InlineData("one\rT", "Tne")]
    [InlineData("one\u001b[1K", "")]
    [InlineData("abc\u001b[2D\u001b[K", "a")]
    [InlineData("one\ntwo\n\u001b[2A\u001b[Jx", "x")]
    [InlineData("one\n\u001b[2J\u001b[Hx", "x")]
    [InlineData("one\u001b]0;a title\u0007two", "onetwo")]
    [InlineData("one\u001b]0;a title\u001b\\two", "onetwo")]
    [InlineData("one\u001b[8mtwo\u001b[28mthree", "one   three")]
    [InlineData("one\u001b[31;1mtwo\u001b[0m", "onetwo")]
    [InlineData("one\u001b[?1049htwo", "two")]
    [InlineData("one\u001b[?1049htwo\u001b[?1049l", "one")]
    [InlineData("one\u001b7\u001b[5;5Htwo\u001b8x", "onex\n\n\n\n    two")]
    [InlineData("a\n\u001b[Lb\u001b[1;1H\u001b[M", "b")]
    [InlineData("o\u200bn\u202ee\U000E0041\uFE0F", "one")]
    [InlineData("12345678\tx", "12345678        x")]
    [InlineData("cut \u001b[12", "cut")]
    [InlineData("cut \u001b", "cut")]
    public void Text_IsSeenSo(string output, string seen) => Assert.Equal(seen, TerminalScreen.Show(output, 20, 6));

    [Fact]
    public void LongLinesWrapAndTheScreenScrolls()
    {
        Assert.Equal("12345\n678", TerminalScreen.Show("12345678", 5, 3));
        Assert.Equal("1\n2\n3\n4\n5", TerminalScreen.Show("1\n2\n3\n4\n5", 5, 3));
        Assert.Equal("x", TerminalScreen.Show("1\n2\n3\n4\n5\u001b[3J\u001b[2J\u001b[Hx", 5, 3));
    }
}
