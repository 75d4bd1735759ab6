using Gatehouse.AuthorizationServer.Protocol;

namespace Gatehouse.AuthorizationServer.Pages;

/// <summary>The question after the sign-in: the person sees who signed in and for which client before the code leaves.</summary>
internal static class ConfirmationPage
{
    /// <summary>Renders the page.</summary>
    public static string Render(PageFrame frame, ConfirmationModel model)
    {
        var words = frame.Words;
        var target = new RedirectTarget(model.RedirectUri);
        return frame.Render(words[PageText.ConfirmTitle], HtmlPart.Of(
            $"""
            <h1>{words.Of(PageText.ConfirmHeading, ("server", Shown.Name(model.Server.Name)))}</h1>
            <section class="person">
            <h2>{words[PageText.SignedInAs]}</h2>
            <p class="who">{Shown.Strong(model.Person)}</p>
            <p>{words.Of(PageText.SignedInWith, ("provider", Shown.Name(model.Provider)))}</p>
            </section>
            {Changes(words, model)}{Blocks.Section(words[PageText.ClientThatGetsAccess], Blocks.Client(words, model.Client, target))}
            {Blocks.Section(words[PageText.WhatItWillHave], HtmlPart.Of($"{Blocks.Server(words, model.Server, model.Scopes)}{End(words, model)}"))}
            {Blocks.Section(words[PageText.WhereAnswerGoes], target.Describe(words))}
            <p class="last">{words[PageText.ContinueOnlyIf]}</p>
            {Blocks.Form(Routes.Confirm, model.Sealed, Buttons(words))}
            """));
    }

    // A new window: the question stays where it is.
    private static HtmlPart End(Wording words, ConfirmationModel model)
    {
        var link = HtmlPart.Of(
            $"<a href=\"{new FormValue(model.GrantsAddress)}\" target=\"_blank\" rel=\"noopener\">{words[PageText.GrantsTitle]}</a>");
        return HtmlPart.Of($"<p class=\"end\">{words.Of(PageText.AccessUntil, ("until", Shown.Moment(model.Until)), ("page", link))}</p>\n");
    }

    private static HtmlPart Changes(Wording words, ConfirmationModel model) => model.Changes.IsEmpty ? HtmlPart.Empty : HtmlPart.Of(
        $"""
        <section class="news">
        <h2>{words[PageText.NewSinceLastTime]}</h2>
        {Blocks.List(model.Changes.Select(change => change.Describe(words)))}</section>

        """);

    private static HtmlPart Buttons(Wording words) => HtmlPart.Join(
    [
        Blocks.Button(PageForms.Decision, PageForms.Continue, words[PageText.Continue], ButtonLook.Primary),
        Blocks.Button(PageForms.Decision, PageForms.Other, words[PageText.UseAnother]),
        Blocks.Button(PageForms.Decision, PageForms.Deny, words[PageText.Cancel]),
    ]);
}
