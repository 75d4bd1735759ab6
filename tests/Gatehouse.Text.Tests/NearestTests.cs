namespace Gatehouse.Text.Tests;

public sealed class NearestTests
{
    [Theory]
    [InlineData("ulr", "url")]
    [InlineData("comamnd", "command")]
    [InlineData("publicURL", "publicUrl")]
    [InlineData("crul", null)]
    [InlineData("lru", null)]
    [InlineData("colour", null)]
    public void OneChangeOrTwoLettersExchanged_AreNear(string written, string? meant) =>
        Assert.Equal(meant, Nearest.Of(written, ["publicUrl", "url", "command"]));
}
