namespace Gatehouse.AuthorizationServer.Pages;

/// <summary>The page after a sign-out.</summary>
internal static class SignedOutPage
{
    /// <summary>Renders the page.</summary>
    /// <param name="frame">Language and host.</param>
    /// <param name="isEverywhere">True when every grant was withdrawn as well.</param>
    public static string Render(PageFrame frame, bool isEverywhere)
    {
        var words = frame.Words;
        return frame.Render(words[PageText.SignedOutTitle], HtmlPart.Of(
            $"""
            <h1>{words[PageText.SignedOutTitle]}</h1>
            <p class="lead">{words[isEverywhere ? PageText.SignedOutEverywhere : PageText.SignedOutHere]}</p>
            <p>{words[PageText.SignedOutProvider]}</p>
            <p>{words[PageText.CloseWindow]}</p>

            """));
    }
}
