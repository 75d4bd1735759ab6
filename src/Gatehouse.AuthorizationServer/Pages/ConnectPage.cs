using Gatehouse.AuthorizationServer.Protocol;

namespace Gatehouse.AuthorizationServer.Pages;

/// <summary>
/// The question whether a server may act at a third-party service in the name of a person (OB-05): which service, which scopes, for which server, and
/// who asks. Threat: a person agrees at the service, whose own page names only the gateway, and does not learn which server gets the token.
/// </summary>
internal static class ConnectPage
{
    /// <summary>Renders the page.</summary>
    public static string Render(PageFrame frame, ConnectModel model)
    {
        var words = frame.Words;
        return frame.Render(words[PageText.ConnectTitle], HtmlPart.Of(
            $"""
            <h1>{words.Of(PageText.ConnectHeading, ("service", Shown.Name(model.Service)), ("server", Shown.Name(model.Server.Name)))}</h1>
            <section class="person">
            <h2>{words[PageText.SignedInAs]}</h2>
            <p class="who">{Shown.Strong(model.Person)}</p>
            <p>{words.Of(PageText.SignedInWith, ("provider", Shown.Name(model.Provider)))}</p>
            </section>
            {Blocks.Section(words[PageText.WhoAsks], Asker(words, model))}
            {Blocks.Section(words[PageText.ConnectWhat], What(words, model))}
            {Blocks.Section(words[PageText.WhatNext], Next(words, model))}
            """));
    }

    private static HtmlPart Asker(Wording words, ConnectModel model)
    {
        var server = words.Of(PageText.ServerAt, ("server", Shown.Strong(model.Server.Name)), ("host", Shown.Host(model.Server.Host)));
        return HtmlPart.Of($"<p class=\"who\">{server}</p>\n<p>{words.Of(PageText.ConnectCalledBy, ("name", model.Client.Shown))}</p>\n");
    }

    private static HtmlPart What(Wording words, ConnectModel model)
    {
        var place = words.Of(PageText.ConnectServiceAt, ("service", Shown.Strong(model.Service)), ("host", Shown.Host(model.ServiceHost)));
        var rights = Blocks.List(model.Scopes.Select(scope => words.Of(PageText.ConnectRight, ("scope", Shown.Code(scope.Name))))
            .DefaultIfEmpty(words[PageText.ConnectNoRight]));
        return HtmlPart.Of($"<p class=\"who\">{place}</p>\n<p>{words[PageText.RightsAre]}</p>\n{rights}");
    }

    private static HtmlPart Next(Wording words, ConnectModel model)
    {
        var buttons = HtmlPart.Join(
        [
            Blocks.Button(PageForms.Decision, PageForms.Continue, words.Of(PageText.ConnectAgree, ("service", Shown.Name(model.Service))),
                ButtonLook.Primary),
            Blocks.Button(PageForms.Decision, PageForms.Deny, words[PageText.Cancel]),
        ]);
        var next = words.Of(PageText.ConnectNext, ("service", Shown.Name(model.Service)), ("host", Shown.Host(model.ServiceHost)));
        return HtmlPart.Of($"<p>{next}</p>\n<p>{words[PageText.ConnectOnlyIf]}</p>\n{Blocks.Form(Routes.Connect, model.Sealed, buttons)}");
    }
}
