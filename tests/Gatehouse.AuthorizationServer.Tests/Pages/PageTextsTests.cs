using System.Text.RegularExpressions;
using Gatehouse.AuthorizationServer.Pages;

namespace Gatehouse.AuthorizationServer.Tests.Pages;

public sealed partial class PageTextsTests
{
    public static TheoryData<string> Languages => [.. Enum.GetNames<PageLanguage>()];

    [Fact]
    public void Table_HasEveryText() => Assert.Equal(Enum.GetValues<PageText>(), PageTexts.All.Keys.Order());

    [Theory]
    [MemberData(nameof(Languages))]
    public void Text_IsWritten(string language) =>
        Assert.DoesNotContain(PageTexts.All, text => string.IsNullOrWhiteSpace(text.Value.In(Enum.Parse<PageLanguage>(language))));

    [Theory]
    [MemberData(nameof(Languages))]
    public void Placeholders_AreThoseOfEnglish(string language) => Assert.Empty(
        from text in PageTexts.All
        where !Holes(text.Value.In(Enum.Parse<PageLanguage>(language))).SequenceEqual(Holes(text.Value.English))
        select $"{text.Key}: {text.Value.In(Enum.Parse<PageLanguage>(language))}");

    // A text that is the same in two languages was forgotten, except where the word is the same.
    [Fact]
    public void Text_IsTranslated()
    {
        PageText[] same = [PageText.RightWithWords, PageText.GrantServer];
        Assert.Empty(
            from text in PageTexts.All
            where !same.Contains(text.Key)
            let all = Enum.GetValues<PageLanguage>().Select(text.Value.In).ToList()
            where all.Distinct().Count() != all.Count
            select text.Key);
    }

    [Fact]
    public void Chinese_HasChineseLetters() => Assert.Empty(
        PageTexts.All.Where(text => text.Key != PageText.RightWithWords && !Chinese().IsMatch(text.Value.Chinese)).Select(text => text.Key));

    [Fact]
    public void Fill_RefusesAPlaceholderWithoutAPart() =>
        Assert.Throws<ArgumentException>(() => HtmlPart.Fill("{name} and {other}", ("name", HtmlPart.Of($"x"))));

    private static IEnumerable<string> Holes(string text) =>
        HtmlPart.Placeholder().Matches(text).Select(hole => hole.Value).Order(StringComparer.Ordinal);

    [GeneratedRegex(@"\p{IsCJKUnifiedIdeographs}")]
    private static partial Regex Chinese();
}
