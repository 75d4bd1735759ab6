namespace Gatehouse.Text.Tests;

/// <summary>Time spans in words, and texts in quotation marks.</summary>
public sealed class DurationTests
{
    [Theory]
    [InlineData(0, "0 s")]
    [InlineData(59.9, "59 s")]
    [InlineData(5400, "1 h 30 min")]
    [InlineData(3601, "1 h 1 s")]
    [InlineData(360_000, "100 h")]
    public void Words_NameEachPartThatIsNotZero(double seconds, string words) => Assert.Equal(words, Durations.Words(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void Words_OfANegativeSpan_AreRefused() => Assert.Throws<ArgumentOutOfRangeException>(() => Durations.Words(TimeSpan.FromSeconds(-1)));

    // The end of a quoted text cannot be imitated.
    [Theory]
    [InlineData("a \"b", "\"a \\\"b\"")]
    [InlineData("a\\\" b", "\"a\\\\\\\" b\"")]
    public void Quoted_EscapesQuotationMarks(string text, string quoted) => Assert.Equal(quoted, VisibleText.InQuotes(VisibleText.Escape(text)));
}
