namespace Gatehouse.AuthorizationServer.Pages;

/// <summary>The end of a connection's page: the service is connected, or the person did not agree.</summary>
internal static class ConnectEndPage
{
    /// <summary>Renders the page after the service was connected.</summary>
    public static string RenderDone(PageFrame frame, string service, string server) => Render(frame, PageText.ConnectedTitle, frame.Words.Of(
        PageText.ConnectedText, ("service", Shown.Strong(service)), ("server", Shown.Strong(server))));

    /// <summary>Renders the page after the person did not agree.</summary>
    public static string RenderCancelled(PageFrame frame, string service) => Render(frame, PageText.NotConnectedTitle, frame.Words.Of(
        PageText.NotConnectedText, ("service", Shown.Strong(service))));

    private static string Render(PageFrame frame, PageText title, HtmlPart text) => frame.Render(frame.Words[title], HtmlPart.Of(
        $"""
        <h1>{frame.Words[title]}</h1>
        <p class="lead">{text}</p>
        <p class="last">{frame.Words[PageText.CloseWindow]}</p>

        """));
}
