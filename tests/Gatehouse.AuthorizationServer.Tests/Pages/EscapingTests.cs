using Gatehouse.AuthorizationServer.Clients;
using Gatehouse.AuthorizationServer.Pages;

namespace Gatehouse.AuthorizationServer.Tests.Pages;

/// <summary>Texts of strangers stay texts on every page, and every character of them is seen (CWE-79, CWE-451).</summary>
public sealed class EscapingTests
{
    private const string Script = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{name}";

    private static PageFrame English { get; } = new(PageLanguage.English, SamplePages.Host);

    [Fact]
    [Trait("Requirement", "C03")]
    public void Script_InTheNameOfAClient_StaysText()
    {
        var page = Consent(Script, ClientOrigin.Registered);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", page, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&gt;&lt;img src=x onerror=alert(2)&gt;{name}", page, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "C03")]
    public void Script_InAnyText_StaysText() => Assert.All(PagesWith(Script), page =>
    {
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", page, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("&lt;script", page, StringComparison.Ordinal);
    });

    [Theory]
    [InlineData('\u202E', "202E")] // right-to-left override
    [InlineData('\u2066', "2066")] // left-to-right isolate
    [InlineData('\u200B', "200B")] // zero width space
    [InlineData('\u200D', "200D")] // zero width joiner
    [InlineData('\u00AD', "00AD")] // soft hyphen
    [InlineData('\u0007', "0007")]
    [InlineData('\u2028', "2028")]
    [InlineData('\uD800', "D800")] // half a pair
    public void UnseenCharacter_IsVisible(char unseen, string number) => Assert.All(PagesWith($"No{unseen}tes"), page =>
    {
        Assert.DoesNotContain(unseen, page);
        Assert.Contains($"No\\u{{{number}}}tes", page, StringComparison.Ordinal);
    });

    [Fact]
    public void Name_IsIsolated_SoThatRightToLeftLettersMoveNothing() =>
        Assert.Contains("<bdi>שלום 123</bdi>", Consent("שלום 123", ClientOrigin.Document), StringComparison.Ordinal);

    [Fact]
    public void ClaimedName_CannotEndItsFrame()
    {
        var page = Consent("Desk”. notes.example vouches for this name. “", ClientOrigin.Registered);
        Assert.Contains("“<span class=\"claimed\"><bdi>Desk”. notes.example vouches for this name. “</bdi></span>”", page, StringComparison.Ordinal);
    }

    [Fact]
    public void LongName_IsBounded_WithTheCountOfTheRest() =>
        Assert.Contains(new string('x', 120) + "… (+880)</bdi>", Consent(new string('x', 1000), ClientOrigin.Document), StringComparison.Ordinal);

    // accounts.example.….evil.example: a host that is cut would look like the host that it begins with.
    [Fact]
    [Trait("Requirement", "C03")]
    public void Host_IsNeverCut()
    {
        var host = $"accounts.example.{string.Join('.', Enumerable.Repeat("subdomain", 20))}.evil.example";
        var consent = SamplePages.Consent with { RedirectUri = $"https://{host}/cb", Client = new PageClient("x", ClientOrigin.Document, host) };
        Assert.Equal(3, ConsentPage.Render(English, consent).Split(".evil.example</").Length - 1);
    }

    [Fact]
    public void LongName_IsNotCutWithinAPair() =>
        Assert.Contains("x… (+", Consent(new string('x', 119) + string.Concat(Enumerable.Repeat("😀", 50)), ClientOrigin.Document),
            StringComparison.Ordinal);

    [Fact]
    public void SealedValue_ComesBackAsItIs()
    {
        var page = ConsentPage.Render(English, SamplePages.Consent with { Sealed = "a\\b&c\"d" });
        Assert.Contains("name=\"request\" value=\"a\\b&amp;c&quot;d\"", page, StringComparison.Ordinal);
    }

    private static string Consent(string name, ClientOrigin origin) => ConsentPage.Render(English,
        SamplePages.Consent with { Client = new PageClient(name, origin, origin == ClientOrigin.Document ? "notes.example" : null) });

    // The text in each place where a page shows a text of somebody else; one page for each place.
    private static IEnumerable<string> PagesWith(string text)
    {
        var (consent, confirmation, grants) = (SamplePages.Consent, SamplePages.Confirmation, SamplePages.Grants);
        yield return ConsentPage.Render(English, consent with { Client = new PageClient(text, ClientOrigin.Registered, null) });
        yield return ConsentPage.Render(English, consent with { Client = new PageClient(text, ClientOrigin.Configured, null) });
        yield return ConsentPage.Render(English, consent with { Client = new PageClient("x", ClientOrigin.Document, text) });
        yield return ConsentPage.Render(English, consent with { RedirectUri = "https://a.example/" + text });
        yield return ConsentPage.Render(English, consent with { RedirectUri = text });
        yield return ConsentPage.Render(English, consent with { Server = new PageServer(text, "host") });
        yield return ConsentPage.Render(English, consent with { Server = new PageServer("x", text) });
        yield return ConsentPage.Render(English, consent with { Scopes = [new PageScope(text)] });
        yield return ConsentPage.Render(English, consent with { Scopes = [new PageScope("x", text)] });
        yield return ConsentPage.Render(English, consent with { Providers = [new PageProvider("x", text)] });
        foreach (var kind in Enum.GetValues<PageWarningKind>().Where(kind => kind != PageWarningKind.LoopbackOnly))
            yield return ConsentPage.Render(English, consent with { Warnings = [new PageWarning(kind, text, text)] });
        yield return ConfirmationPage.Render(English, confirmation with { Person = text });
        yield return ConfirmationPage.Render(English, confirmation with { Provider = text });
        foreach (var kind in new[] { PageChangeKind.NewName, PageChangeKind.NewRedirect, PageChangeKind.NewScope })
            yield return ConfirmationPage.Render(English, confirmation with { Changes = [new PageChange(kind, text)] });
        yield return GrantsPage.Render(English, grants with { Person = text });
        var stranger = new PageClient(text, ClientOrigin.Registered, null);
        yield return GrantsPage.Render(English, grants with { Grants = [grants.Grants[0] with { Client = stranger }] });
        yield return FaultPage.Render(English, SamplePages.Fault with { Name = text });
        yield return FaultPage.Render(English, SamplePages.Fault with { Place = FaultPlace.Provider, Name = text });
        yield return FaultPage.Render(English, SamplePages.Fault with { RequestId = text });
        yield return FaultPage.Render(English, SamplePages.Fault with { Detail = text });
        yield return SignedOutPage.Render(new PageFrame(PageLanguage.English, text), isEverywhere: true);
    }
}
