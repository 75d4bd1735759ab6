using System.Text;

namespace Gatehouse.Text.Tests;

public sealed class VisibleTextTests
{
    // Pieces that random texts are made of: what acts, hides, joins, pretends to be an escape, or is half of something.
    private static readonly string[] Pieces =
    [
        "a", "Z", "0", " ", "é", "中", "א", "😀", "\\", "\\\\", "\\n", "\\u{200B}", "\\u{", "}", "u{1B}", "\n", "\r", "\t", "\u001b[2J", "\u009b",
        "\u0000", "\u007f", "\u00a0", "\u00ad",
        "\u0301", "\u0e49", "\u20dd", "\u115f", "\u180b", "\u200b", "\u200d", "\u200e", "\u202e", "\u2066", "\u2028", "\u2800", "\u3164", "\ufe0f",
        "\ufeff", "\ufff9", "\ue000", "\uffff",
        "\ud83d", "\ude00", "\U000e0041", "\U000e0100", "\U000f0000", "<b>", "\"", "'", "&",
    ];

    [Fact]
    public void EveryCodePoint_ShowsItselfOrIsEscaped()
    {
        var shown = new HashSet<string>(StringComparer.Ordinal);
        foreach (var codePoint in CodePoints.All)
        {
            var text = CodePoints.Text(codePoint);
            var visible = VisibleText.Escape(text);
            Assert.Equal(AppearanceTable.Of(codePoint) == Appearance.Plain && codePoint != '\\', visible == text);
            Assert.True(shown.Add(visible), $"U+{codePoint:X4} looks like another");
            Assert.Equal(text, CodePoints.Unescape(visible));
        }
    }

    [Theory]
    [InlineData("plain text, é 中 😀", "plain text, é 中 😀")]
    [InlineData("a\u200bb", "a\\u{200B}b")]
    [InlineData("a\\u{200B}b", "a\\\\u{200B}b")]
    [InlineData("a\nb", "a\\nb")]
    [InlineData("a\\nb", "a\\\\nb")]
    [InlineData("\u001b[31m", "\\u{001B}[31m")]
    [InlineData("\U000e0041", "\\u{E0041}")]
    [InlineData("e\u0301", "e\u0301")]
    [InlineData("\u0301e", "\\u{0301}e")]
    [InlineData(" \u0301", " \\u{0301}")]
    [InlineData("'\u0301'", "'\\u{0301}'")]
    [InlineData("\u200b\u0301", "\\u{200B}\\u{0301}")]
    [InlineData("\\\u0338", "\\\\\\u{0338}")]
    [InlineData("", "")]
    public void Escape_WritesOneNotation(string text, string expected) => Assert.Equal(expected, VisibleText.Escape(text));

    [Fact]
    public void MarksBeyondEight_AreEscaped()
    {
        var text = "a" + new string('\u0301', 9) + "b\u0301";
        Assert.Equal("a" + new string('\u0301', 8) + "\\u{0301}b\u0301", VisibleText.Escape(text));
    }

    [Fact]
    public void PlainText_IsNotCopied()
    {
        var text = new string('x', 100);
        Assert.Same(text, VisibleText.Escape(text));
        Assert.Same(text, VisibleText.Guard(text));
    }

    [Fact]
    public void RandomTexts_StayApartAndActOnNothing()
    {
        var dice = new Random(20261121);
        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var round = 0; round < 50_000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, dice.Next(12))
                .Select(_ => dice.Next(5) == 0 ? ((char)dice.Next(0x10000)).ToString() : Pieces[dice.Next(Pieces.Length)]));
            var visible = VisibleText.Escape(text);
            Assert.Equal(text, CodePoints.Unescape(visible));
            Assert.Equal(text, seen.TryAdd(visible, text) ? text : seen[visible]);
            AssertHarmless(visible);
            Assert.DoesNotContain('\n', visible);
            Assert.Equal(visible, VisibleText.Guard(visible));
            AssertHarmless(VisibleText.Guard(text));
            AssertLines(text);
            AssertCut(visible, dice.Next(20));
            AssertMarkupIsText(text);
        }
    }

    // Written apart from the table: nothing that a terminal obeys is left.
    private static void AssertHarmless(string visible)
    {
        foreach (var c in visible)
            Assert.False(c is < ' ' and not '\n' or (>= '\u007f' and <= '\u009f') or '\u061c' or '\u200e' or '\u200f' or (>= '\u202a' and <= '\u202e')
                or (>= '\u2066' and <= '\u2069'));
        Assert.DoesNotContain(CodePoints.Of(visible), codePoint => codePoint is >= 0xD800 and <= 0xDFFF);
        _ = new UTF8Encoding(false, throwOnInvalidBytes: true).GetBytes(visible);
    }

    private static void AssertLines(string text)
    {
        var lines = VisibleText.EscapeLines(text);
        AssertHarmless(lines);
        Assert.Equal(text.Split('\n').Select(VisibleText.Escape), lines.Split('\n'));
        Assert.Equal(text.Split('\n').Select(VisibleText.Guard), VisibleText.GuardLines(text).Split('\n'));
    }

    private static void AssertCut(string visible, int most)
    {
        var cut = VisibleText.Cut(visible, most);
        if (visible.Length <= most)
        {
            Assert.Same(visible, cut);
            return;
        }

        var kept = cut[..cut.LastIndexOf("... (", StringComparison.Ordinal)];
        Assert.True(kept.Length <= most && kept.Length > most - 10);
        Assert.StartsWith(kept, visible, StringComparison.Ordinal);
        Assert.Equal($"{kept}... ({visible.Length - kept.Length} more characters)", cut);
        Assert.Equal(kept, VisibleText.Escape(CodePoints.Unescape(kept)));
    }

    private static void AssertMarkupIsText(string text)
    {
        var html = VisibleText.Html(text);
        Assert.Equal(VisibleText.Escape(text), System.Net.WebUtility.HtmlDecode(html));
        Assert.DoesNotContain(html, c => c is '<' or '>' or '"' or '\'');
    }

    [Fact]
    public void ALengthThatIsGiven_BoundsWhatIsShown()
    {
        Assert.Equal("\\u{200B}... (8 more characters)", VisibleText.Bounded("\u200b\u200b", 15));
        Assert.Equal("ab... (1 more characters)", VisibleText.Bounded("abc", 2));
        Assert.Equal("abc", VisibleText.Bounded("abc", 3));
    }

    [Theory]
    [InlineData("read", "\"read\"")]
    [InlineData("a\"; b", "\"a\\\"; b\"")]
    [InlineData("a\\", "\"a\\\\\"")]
    [InlineData("a\nb", "\"a\\nb\"")]
    [InlineData("a            b", "\"a\\u{20}{12}b\"")]
    public void AQuotedText_DoesNotEndItsQuotation(string text, string shown) => Assert.Equal(shown, VisibleText.Quoted(text));

    [Theory]
    [InlineData("a b", "a b")]
    [InlineData("a  b   c", "a\\u{20}{2}b\\u{20}{3}c")]
    [InlineData(" a ", "\\u{20}{1}a\\u{20}{1}")]
    [InlineData("", "")]
    public void ACell_IsOneCell(string text, string shown) => Assert.Equal(shown, VisibleText.Cell(text));
}
