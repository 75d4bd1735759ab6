using Gatehouse.AuthorizationServer.Protocol;

namespace Gatehouse.AuthorizationServer.Pages;

/// <summary>The page on which a person sees the access that they gave, and withdraws it.</summary>
internal static class GrantsPage
{
    /// <summary>Renders the page.</summary>
    public static string Render(PageFrame frame, GrantsModel model)
    {
        var words = frame.Words;
        return frame.Render(words[PageText.GrantsTitle], HtmlPart.Of(
            $"""
            <h1>{words[PageText.GrantsHeading]}</h1>
            {Notice(words, model.IsWithdrawn)}<section class="person">
            <h2>{words[PageText.SignedInAs]}</h2>
            <p class="who">{Shown.Strong(model.Person)}</p>
            <p>{words.Of(PageText.SignedInWith, ("provider", Shown.Name(model.Provider)))}</p>
            {Blocks.Form(Routes.Grants, model.Sealed,
                Blocks.Button(PageForms.Decision, PageForms.SignOut, words[PageText.SignOut], ButtonLook.Plain))}</section>
            {Lines(words, model)}
            """));
    }

    private static HtmlPart Notice(Wording words, bool isWithdrawn) => isWithdrawn
        ? HtmlPart.Of($"<p class=\"done\" role=\"status\">{words[PageText.DoneWithdrawn]}</p>\n") : HtmlPart.Empty;

    private static HtmlPart Lines(Wording words, GrantsModel model)
    {
        if (model.Grants.IsEmpty) return HtmlPart.Of($"<p class=\"lead\">{words[PageText.GrantsNone]}</p>\n");
        return HtmlPart.Of(
            $"""
            <p class="lead">{words[PageText.GrantsLead]}</p>
            {HtmlPart.Join(model.Grants.Select(grant => Line(words, grant, model.Sealed)))}<section class="all">
            <h2>{words[PageText.EverywhereHeading]}</h2>
            <p>{words[PageText.EverywhereText]}</p>
            {Blocks.Form(Routes.Grants, model.Sealed,
                Blocks.Button(PageForms.Decision, PageForms.Everywhere, words[PageText.Everywhere], ButtonLook.Danger))}</section>

            """);
    }

    private static HtmlPart Line(Wording words, GrantLine grant, string sealedValue)
    {
        var server = Shown.Strong(grant.Server.Name);
        return HtmlPart.Of(
            $"""
            <section class="grant">
            <h2>{grant.Client.Shown}</h2>
            {Voucher(words, grant.Client)}<dl>
            <div><dt>{words[PageText.GrantServer]}</dt><dd>{server} ({Shown.Host(grant.Server.Host)})</dd></div>
            <div><dt>{words[PageText.GrantRights]}</dt><dd>{Blocks.Rights(words, grant.Server, grant.Scopes)}</dd></div>
            <div><dt>{words[PageText.GrantSince]}</dt><dd>{Shown.Moment(grant.At)}</dd></div>
            <div><dt>{words[PageText.GrantUntil]}</dt><dd>{Shown.Moment(grant.Until)}</dd></div>
            </dl>
            {Blocks.Form(Routes.Grants, sealedValue, Withdraw(words, grant))}</section>

            """);
    }

    private static HtmlPart Voucher(Wording words, PageClient client) => client switch
    {
        { IsNameless: true } => HtmlPart.Empty,
        { IsClaimed: true } => HtmlPart.Of($"<p>{words.Of(PageText.WarnUnvouched, ("name", client.Shown))}</p>\n"),
        { VouchingHost: { } host, Origin: Clients.ClientOrigin.Document } =>
            HtmlPart.Of($"<p>{words.Of(PageText.VouchedByHost, ("host", Shown.Host(host)))}</p>\n"),
        _ => HtmlPart.Of($"<p>{words[PageText.VouchedByAdministrator]}</p>\n"),
    };

    // Each button says which access it withdraws to a reader who does not see where it is.
    private static HtmlPart Withdraw(Wording words, GrantLine grant)
    {
        var which = words.Of(PageText.WithdrawOf, ("client", Shown.Name(grant.Client.Name)), ("server", Shown.Name(grant.Server.Name)));
        return Blocks.Button(PageForms.Grant, grant.Id, HtmlPart.Of($"{words[PageText.Withdraw]}<span class=\"unseen\">: {which}</span>"), ButtonLook.Danger);
    }
}
