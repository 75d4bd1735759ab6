namespace Gatehouse.AuthorizationServer.Pages;

/// <summary>Parts that several pages have.</summary>
internal static class Blocks
{
    /// <summary>A section with its heading.</summary>
    public static HtmlPart Section(HtmlPart heading, HtmlPart content) =>
        HtmlPart.Of($"<section>\n<h2>{heading}</h2>\n{content}</section>\n");

    /// <summary>A list.</summary>
    public static HtmlPart List(IEnumerable<HtmlPart> items) =>
        HtmlPart.Of($"<ul>\n{HtmlPart.Join(items.Select(item => HtmlPart.Of($"<li>{item}</li>\n")))}</ul>\n");

    /// <summary>
    /// The client and the host that vouches for its name. A name for which none does comes second, in quotation marks: what is certain is only where
    /// the client answers.
    /// </summary>
    public static HtmlPart Client(Wording words, PageClient client, RedirectTarget target)
    {
        if (client.IsClaimed)
        {
            var place = words.Of(target.IsLoopback ? PageText.ClientOnThisComputer : PageText.ClientAtHost, ("host", Shown.Host(target.Host)));
            return HtmlPart.Of($"<p class=\"who\">{place}</p>\n<p>{words.Of(PageText.ClaimedName, ("name", client.Shown))}</p>\n");
        }

        return HtmlPart.Of($"<p class=\"who\">{client.Shown}</p>\n<p>{Voucher(words, client)}</p>\n");
    }

    /// <summary>The server and the rights at it.</summary>
    public static HtmlPart Server(Wording words, PageServer server, IEnumerable<PageScope> scopes)
    {
        var place = words.Of(PageText.ServerAt, ("server", Shown.Strong(server.Name)), ("host", Shown.Host(server.Host)));
        return HtmlPart.Of($"<p class=\"who\">{place}</p>\n<p>{words[PageText.RightsAre]}</p>\n{Rights(words, server, scopes)}");
    }

    /// <summary>
    /// The rights that scopes give. Without a scope it is what the policy lets the person do, or control of the gateway, which no scope bounds.
    /// </summary>
    public static HtmlPart Rights(Wording words, PageServer server, IEnumerable<PageScope> scopes)
    {
        var everything = words[server.IsControl ? PageText.RightsOfControl : PageText.RightsOfPerson];
        return List(scopes.Select(scope => scope.Describe(words)).DefaultIfEmpty(everything));
    }

    /// <summary>A button that sends a decision.</summary>
    public static HtmlPart Button(string name, string value, HtmlPart label, ButtonLook look = ButtonLook.Plain)
    {
        var style = look switch { ButtonLook.Primary => "primary", ButtonLook.Danger => "danger", _ => "plain" };
        return HtmlPart.Of(
            $"<button class=\"{style}\" type=\"submit\" name=\"{new FormValue(name)}\" value=\"{new FormValue(value)}\">{label}</button>\n");
    }

    /// <summary>A form with the sealed value of the page.</summary>
    public static HtmlPart Form(string path, string sealedValue, HtmlPart content) => HtmlPart.Of(
        $"""
        <form method="post" action="{new FormValue(path)}">
        <input type="hidden" name="{new FormValue(PageForms.Sealed)}" value="{new FormValue(sealedValue)}">
        {content}</form>

        """);

    private static HtmlPart Voucher(Wording words, PageClient client) => client.Origin == Clients.ClientOrigin.Configured
        ? words[PageText.VouchedByAdministrator] : words.Of(PageText.VouchedByHost, ("host", Shown.Host(client.VouchingHost ?? "")));
}
