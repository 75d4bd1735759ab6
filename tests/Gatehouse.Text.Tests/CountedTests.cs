namespace Gatehouse.Text.Tests;

public sealed class CountedTests
{
    [Theory]
    [InlineData(0, "0 files")]
    [InlineData(1, "1 file")]
    [InlineData(2, "2 files")]
    public void TheNoun_AgreesWithTheNumber(long count, string expected) => Assert.Equal(expected, Counted.Of(count, "file"));

    [Fact]
    public void AnIrregularPlural_IsGiven()
    {
        Assert.Equal("1 entry", Counted.Of(1, "entry", "entries"));
        Assert.Equal("3 entries", Counted.Of(3, "entry", "entries"));
    }
}
