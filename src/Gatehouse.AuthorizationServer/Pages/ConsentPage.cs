using Gatehouse.AuthorizationServer.Protocol;

namespace Gatehouse.AuthorizationServer.Pages;

/// <summary>The question before the sign-in: who asks, for what, and where the answer goes (MCP rows C01, C03 and C16).</summary>
internal static class ConsentPage
{
    /// <summary>Renders the page.</summary>
    public static string Render(PageFrame frame, ConsentModel model)
    {
        var words = frame.Words;
        var target = new RedirectTarget(model.RedirectUri);
        return frame.Render(words[PageText.ConsentTitle], HtmlPart.Of(
            $"""
            <h1>{words.Of(PageText.ConsentHeading, ("server", Shown.Name(model.Server.Name)))}</h1>
            <p class="lead">{words[PageText.ConsentLead]}</p>
            {Warnings(words, model)}{Blocks.Section(words[PageText.WhoAsks], Blocks.Client(words, model.Client, target))}
            {Blocks.Section(words[PageText.WhatItGets], Blocks.Server(words, model.Server, model.Scopes))}
            {Blocks.Section(words[PageText.WhereAnswerGoes], target.Describe(words))}
            {Blocks.Section(words[PageText.WhatNext], Next(words, model))}
            """));
    }

    private static HtmlPart Warnings(Wording words, ConsentModel model) => model.Warnings.IsEmpty ? HtmlPart.Empty : HtmlPart.Of(
        $"""
        <section class="warning">
        <h2>{words[PageText.WarningsHeading]}</h2>
        {Blocks.List(model.Warnings.Select(warning => warning.Describe(words)))}</section>

        """);

    private static HtmlPart Next(Wording words, ConsentModel model)
    {
        var next = model.Providers is [var only]
            ? words.Of(PageText.NextOneProvider, ("provider", Shown.Name(only.DisplayName))) : words[PageText.NextManyProviders];
        return HtmlPart.Of($"<p>{next}</p>\n<p>{words[PageText.AgreeOnlyIf]}</p>\n{Blocks.Form(Routes.Consent, model.Sealed, Buttons(words, model))}");
    }

    private static HtmlPart Buttons(Wording words, ConsentModel model)
    {
        var providers = model.Providers.Select(provider => Blocks.Button(PageForms.Provider, provider.Name,
            words.Of(PageText.AgreeAndSignIn, ("provider", Shown.Name(provider.DisplayName))), ButtonLook.Primary));
        return HtmlPart.Of($"{HtmlPart.Join(providers)}{Blocks.Button(PageForms.Decision, PageForms.Deny, words[PageText.Cancel])}");
    }
}
