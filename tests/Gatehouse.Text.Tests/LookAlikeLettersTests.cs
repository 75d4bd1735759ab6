using Gatehouse.Text;

namespace Gatehouse.Text.Tests;

/// <summary>A word that is spelled with letters of another script does not look like the known one, and ordinary text stays readable.</summary>
public sealed class LookAlikeLettersTests
{
    [Theory]
    [InlineData("r\u0435nt", "r\\u{0435}nt")] // Cyrillic ie
    [InlineData("/srv/n\u03bftes", "/srv/n\\u{03BF}tes")] // Greek omicron
    [InlineData("\u0440\u0430\u0443", "\\u{0440}\\u{0430}\\u{0443}")] // Cyrillic letters only, like "pay"
    [InlineData("to \u0440\u0430\u0443 \u043e\u043f\u043b\u0430\u0442\u0430", "to \\u{0440}\\u{0430}\\u{0443} \u043e\u043f\u043b\u0430\u0442\u0430")]
    [InlineData("ev\u200b\u0456l", "ev\\u{200B}\\u{0456}l")] // a character without appearance does not divide the word
    [InlineData("\uff50ay", "\\u{FF50}ay")] // full width
    [InlineData("a\\\u043e", "a\\\\\\u{043E}")] // a backslash stays the sign of an escape
    public void ALetterThatLooksLikeALatinOne_IsEscaped(string text, string visible) =>
        Assert.Equal(visible, VisibleText.EscapeLookAlikes(text));

    [Theory]
    [InlineData("25 за аренду с учётом скидки")] // Russian, with a word of one letter
    [InlineData("роса на траве")] // a word of such letters only, in a Russian text
    [InlineData("Отчёт с GitHub")]
    [InlineData("25 για το ενοίκιο")]
    [InlineData("25 für das Büro, naïve café")]
    [InlineData("Tシャツ 二十五 家賃")]
    [InlineData("rent")]
    [InlineData("")]
    public void OrdinaryText_IsAsItIs(string text) => Assert.Equal(text, VisibleText.EscapeLookAlikes(text));

    [Fact]
    public void ALineOfEscapes_IsLeftAsItIs_WhenItIsGuarded()
    {
        var visible = VisibleText.EscapeLookAlikes("r\u0435nt\u202e");
        Assert.Equal(visible, VisibleText.Guard(visible));
    }
}
