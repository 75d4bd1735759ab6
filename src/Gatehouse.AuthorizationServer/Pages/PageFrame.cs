namespace Gatehouse.AuthorizationServer.Pages;

/// <summary>The part of a page that does not depend on its subject.</summary>
/// <param name="Language">The language of the reader.</param>
/// <param name="Host">The gateway's host, with its port where that is not the usual one.</param>
internal sealed record PageFrame(PageLanguage Language, string Host)
{
    // The mark of the product: a gate with two towers. Drawn in the page, because the policy permits no picture from elsewhere.
    private const string Towers = "M3 5v15h18V5h-2v2h-2V5h-2v4H9V5H7v2H5V5zm6 15v-5a3 3 0 0 1 6 0v5z";

    /// <summary>The texts of the language.</summary>
    public Wording Words => new(Language);

    /// <summary>Makes the document.</summary>
    /// <param name="title">The title, for the window.</param>
    /// <param name="main">The content.</param>
    /// <param name="head">Further elements of the head.</param>
    public string Render(HtmlPart title, HtmlPart main, HtmlPart head = default)
    {
        var foot = Words.Of(PageText.FootAddress, ("host", Shown.Host(Host)));
        return HtmlPart.Of(
            $"""
            <!doctype html>
            <html lang="{PageLanguages.TagOf(Language)}"><head><meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">
            <title>{title} – Gatehouse</title><link rel="stylesheet" href="{new FormValue(Stylesheet.Address)}">{head}</head>
            <body>
            <header><p class="brand"><svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false"><path fill="currentColor" fill-rule="evenodd" d="{new FormValue(Towers)}"></path></svg>Gatehouse</p><p class="host">{Shown.Host(Host)}</p></header>
            <main>
            {main}</main>
            <footer><p>{foot}</p></footer>
            </body></html>

            """).ToString();
    }
}
