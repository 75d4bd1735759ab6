using Gatehouse.AuthorizationServer.Pages;

namespace Gatehouse.AuthorizationServer.Tests.Pages;

public sealed class PageLanguagesTests
{
    [Theory]
    [InlineData(null, "en")]
    [InlineData("", "en")]
    [InlineData("de", "de")]
    [InlineData("de-AT,de;q=0.9,en;q=0.8", "de")]
    [InlineData("en;q=0.8, da", "da")]
    [InlineData("fr, da;q=0.5, de;q=0.7", "de")]
    [InlineData("DA-dk", "da")]
    [InlineData("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans")]
    [InlineData("zh-TW", "zh-Hans")]
    [InlineData("fr-FR, pl", "en")]
    [InlineData("de;q=0, da;q=0.1", "da")]
    [InlineData("de;q=0", "en")]
    [InlineData("*;q=0.9, da;q=0.5", "en")]
    [InlineData("da, de", "da")]
    [InlineData("de ; q=0.3 , da ; q=0.4", "da")]
    public void Choice_FollowsTheWeights(string? header, string tag) => Assert.Equal(tag, PageLanguages.TagOf(PageLanguages.Choose(header)));

    [Theory]
    [InlineData("de;q=2, da;q=0.1")]
    [InlineData("de;q=-1, da;q=0.1")]
    [InlineData("de;q=1e1, da;q=0.1")]
    [InlineData("de;level=1, da;q=0.1")]
    [InlineData("de;q=, ;;;,,=, da;q=0.1")]
    [InlineData("deutsch, da;q=0.1")]
    public void Range_WithoutAValidWeight_CountsForNothing(string header) => Assert.Equal(PageLanguage.Danish, PageLanguages.Choose(header));

    [Fact]
    public void Header_IsReadUpToABound()
    {
        Assert.Equal(PageLanguage.English, PageLanguages.Choose(new string(',', 600) + "de"));
        Assert.Equal(PageLanguage.English, PageLanguages.Choose(string.Concat(Enumerable.Repeat("fr;q=0.1,", 100_000)) + "de"));
    }
}
