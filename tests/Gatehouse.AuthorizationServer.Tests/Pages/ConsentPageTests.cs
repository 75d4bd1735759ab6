using System.Net;
using System.Text.RegularExpressions;
using Gatehouse.AuthorizationServer.Clients;
using Gatehouse.AuthorizationServer.Pages;

namespace Gatehouse.AuthorizationServer.Tests.Pages;

public sealed partial class ConsentPageTests
{
    [Fact]
    [Trait("Requirement", "C03")]
    public void Page_NamesClientServerScopesAndRedirectUri()
    {
        var text = TextOf(SamplePages.Consent);
        Assert.Contains("Allow access to Billing?", text, StringComparison.Ordinal);
        Assert.Contains("Notes Assistant notes.example vouches for this name.", text, StringComparison.Ordinal);
        Assert.Contains("The server Billing at mcp.example.com", text, StringComparison.Ordinal);
        Assert.Contains("Read and write invoices (invoices)", text, StringComparison.Ordinal);
        Assert.Contains("A right that the server calls reports", text, StringComparison.Ordinal);
        Assert.Contains("Keep the access while you are away, until you withdraw it (offline_access)", text, StringComparison.Ordinal);
        Assert.Contains("https://app.notes.example/oauth/callback", text, StringComparison.Ordinal);
        Assert.Contains("If you agree, you sign in at Example Corp next.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutScopes_ThePageSaysThatEverythingIsAskedFor() => Assert.Contains(
        "With these rights: Everything that you may do there", TextOf(SamplePages.Consent with { Scopes = [] }), StringComparison.Ordinal);

    [Fact]
    public void UnvouchedName_IsInQuotationMarks_AfterTheHost()
    {
        var text = TextOf(SamplePages.Consent with { Client = SamplePages.Unvouched });
        Assert.Contains("A program at app.notes.example It calls itself “Notes Assistant”.", text, StringComparison.Ordinal);
        Assert.DoesNotContain("vouches", text, StringComparison.Ordinal);
    }

    // A document without a host that vouches is not to be expected; then nothing may vouch.
    [Fact]
    public void DocumentWithoutAHost_IsShownAsUnvouched()
    {
        var text = TextOf(SamplePages.Consent with { Client = new PageClient("Desk", ClientOrigin.Document, null) });
        Assert.Contains("It calls itself “Desk”.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void ConfiguredClient_IsVouchedForByTheAdministrator() =>
        Assert.Contains("Desk An administrator of this gateway registered it.",
            TextOf(SamplePages.Consent with { Client = new PageClient("Desk", ClientOrigin.Configured, null) }), StringComparison.Ordinal);

    [Theory]
    [Trait("Requirement", "C16")]
    [InlineData("https://app.example/cb?x=1", "https://<strong>app.example</strong>/cb?x=1", "To the website app.example")]
    [InlineData("https://app.example", "https://<strong>app.example</strong>", "To the website app.example")]
    [InlineData("https://app.example:8443/cb", "https://<strong>app.example:8443</strong>/cb", "To the website app.example")]
    [InlineData("https://good.example@evil.example/cb", "https://good.example@<strong>evil.example</strong>/cb", "To the website evil.example")]
    [InlineData("http://127.0.0.1:33418/cb", "http://<strong>127.0.0.1:33418</strong>/cb", "To a program on this computer")]
    [InlineData("http://[::1]:33418/cb", "http://<strong>[::1]:33418</strong>/cb", "To a program on this computer")]
    [InlineData("http://localhost/cb", "http://<strong>localhost</strong>/cb", "To a program on this computer")]
    [InlineData("desk.app://oauth/cb", "desk.app://<strong>oauth</strong>/cb", "To the program that opens desk.app: addresses")]
    [InlineData("desk.app:/cb", "<strong>desk.app</strong>:/cb", "To the program that opens desk.app: addresses")]
    [InlineData("https://münchen.example/cb", "https://<strong>m&#252;nchen.example</strong>/cb", "To the website xn--mnchen-3ya.example")]
    public void RedirectUri_IsShownWithItsHostInBold(string uri, string shown, string words)
    {
        var page = ConsentPage.Render(new PageFrame(PageLanguage.English, SamplePages.Host), SamplePages.Consent with { RedirectUri = uri });
        Assert.Contains(shown, page, StringComparison.Ordinal);
        Assert.Contains(words, PlainText(page), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "C16")]
    public void ClientOnLoopback_IsWarnedAbout()
    {
        var text = TextOf(SamplePages.ConsentWithWarnings);
        Assert.Contains("A program on this computer (127.0.0.1) It calls itself “Notes Assistant”.", text, StringComparison.Ordinal);
        Assert.Contains("Check this first Any program on this computer can ask in this way.", text, StringComparison.Ordinal);
        Assert.Contains("Notes Assistant looks like Notes Assistent, but it is another program.", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(nameof(PageWarningKind.Punycode), "xn--a.example", "ä.example", "The host xn--a.example has letters that can be mistaken for others. A browser may show it as ä.example.")]
    [InlineData(nameof(PageWarningKind.Punycode), "xn--a.example", null, "The host xn--a.example has letters that can be mistaken for others.")]
    [InlineData(nameof(PageWarningKind.Changed), "Desk", "Notes", "This program changed since it was last used here: before Desk, now Notes.")]
    [InlineData(nameof(PageWarningKind.Changed), null, null, "The description of this program changed since it was last used here.")]
    [InlineData(nameof(PageWarningKind.UnvouchedName), "Desk", null, "The program chose the name Desk itself.")]
    [InlineData(nameof(PageWarningKind.LookAlike), "Desk", null, "Desk looks like the name of a program that this gateway knows")]
    public void Warning_IsSaidInWords(string kind, string? first, string? second, string words) =>
        Assert.Contains(words, TextOf(SamplePages.Consent with { Warnings = [new PageWarning(Enum.Parse<PageWarningKind>(kind), first, second)] }),
            StringComparison.Ordinal);

    [Fact]
    public void EachProvider_HasAButton_AndTheLastButtonCancels()
    {
        var page = ConsentPage.Render(new PageFrame(PageLanguage.English, SamplePages.Host), SamplePages.ConsentWithEverything);
        var buttons = Button().Matches(page).Select(button => (button.Groups[1].Value, button.Groups[2].Value));
        Assert.Equal([("provider", "corp"), ("provider", "partner"), ("decision", "deny")], buttons);
        Assert.Contains("<form method=\"post\" action=\"/oauth/consent\">", page, StringComparison.Ordinal);
        Assert.Contains($"name=\"request\" value=\"{SamplePages.Sealed}\"", page, StringComparison.Ordinal);
        Assert.Contains("you sign in at the provider that you choose", PlainText(page), StringComparison.Ordinal);
    }

    private static string TextOf(ConsentModel model) => PlainText(ConsentPage.Render(new PageFrame(PageLanguage.English, SamplePages.Host), model));

    private static string PlainText(string page) =>
        WebUtility.HtmlDecode(Spaces().Replace(Inline().Replace(page, ""), " ")) is var text ? Spaces().Replace(Tag().Replace(text, " "), " ") : "";

    [GeneratedRegex("""<button [^>]*name="([^"]+)" value="([^"]+)">""")]
    private static partial Regex Button();

    [GeneratedRegex("</?(?:strong|bdi|code|span|time)[^>]*>")]
    private static partial Regex Inline();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
