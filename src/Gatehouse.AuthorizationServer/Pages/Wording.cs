namespace Gatehouse.AuthorizationServer.Pages;

/// <summary>The texts of one language.</summary>
/// <param name="language">The language.</param>
internal sealed class Wording(PageLanguage language)
{
    /// <summary>A text without placeholders.</summary>
    public HtmlPart this[PageText text] => Of(text);

    /// <summary>A text with its placeholders filled.</summary>
    public HtmlPart Of(PageText text, params ReadOnlySpan<(string Name, HtmlPart Part)> parts) =>
        HtmlPart.Fill(PageTexts.All[text].In(language), parts);
}
