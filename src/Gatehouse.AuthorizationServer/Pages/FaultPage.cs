namespace Gatehouse.AuthorizationServer.Pages;

/// <summary>The page of a fault that cannot be sent to the client.</summary>
internal static class FaultPage
{
    /// <summary>Renders the page.</summary>
    public static string Render(PageFrame frame, FaultModel model)
    {
        var words = frame.Words;
        var (what, remedy) = TextsOf(model.Fault);
        return frame.Render(words[PageText.FaultTitle], HtmlPart.Of(
            $"""
            <h1>{words[what]}</h1>
            <p class="lead">{words[NothingGiven(model.Fault)]}</p>
            {Detail(model.Detail)}{Blocks.Section(words[PageText.FaultWhatToDo], HtmlPart.Of($"<p>{words[remedy]}</p>\n"))}{Back(words, model.Back)}
            <dl>
            <div><dt>{words[PageText.FaultWhere]}</dt><dd>{Place(words, frame, model)}</dd></div>
            <div><dt>{words[PageText.FaultRequestId]}</dt><dd>{Shown.Code(model.RequestId)}</dd></div>
            </dl>

            """));
    }

    // A form that comes twice gave its access the first time.
    private static PageText NothingGiven(PageFault fault) =>
        fault == PageFault.AlreadyUsed ? PageText.FaultNothingMore : PageText.FaultNothingGiven;

    private static HtmlPart Detail(string? detail) => detail is null ? HtmlPart.Empty : HtmlPart.Of($"<p lang=\"en\">{detail}</p>\n");

    private static HtmlPart Back(Wording words, string? address) => address is null ? HtmlPart.Empty : HtmlPart.Of(
        $"""
        <p>{words.Of(PageText.BackHeld, ("host", ForwardPage.HostOf(address)))}</p>
        <p><a class="plain" href="{ForwardPage.Link(address)}" rel="noreferrer">{words[PageText.BackToProgram]}</a></p>

        """);

    private static HtmlPart Place(Wording words, PageFrame frame, FaultModel model) => model.Place switch
    {
        FaultPlace.Client when model.Name is { } name => words.Of(PageText.AtClient, ("name", Shown.Claimed(name))),
        FaultPlace.Provider when model.Name is { } name => words.Of(PageText.AtProvider, ("name", Shown.Strong(name))),
        _ => words.Of(PageText.AtGateway, ("name", Shown.Host(frame.Host))),
    };

    private static (PageText What, PageText Remedy) TextsOf(PageFault fault) => fault switch
    {
        PageFault.UnknownClient => (PageText.UnknownClient, PageText.UnknownClientRemedy),
        PageFault.WrongRedirect => (PageText.WrongRedirect, PageText.WrongRedirectRemedy),
        PageFault.BadRequest => (PageText.BadRequest, PageText.BadRequestRemedy),
        PageFault.AlreadyUsed => (PageText.AlreadyUsed, PageText.AlreadyUsedRemedy),
        PageFault.OtherBrowser => (PageText.OtherBrowser, PageText.OtherBrowserRemedy),
        PageFault.ForeignForm => (PageText.ForeignForm, PageText.ForeignFormRemedy),
        PageFault.SignInFailed => (PageText.SignInFailed, PageText.SignInFailedRemedy),
        PageFault.ProviderUnavailable => (PageText.ProviderUnavailable, PageText.ProviderUnavailableRemedy),
        PageFault.NotPermitted => (PageText.NotPermitted, PageText.NotPermittedRemedy),
        PageFault.TooMany => (PageText.TooMany, PageText.TooManyRemedy),
        _ => (PageText.Internal, PageText.InternalRemedy),
    };
}
