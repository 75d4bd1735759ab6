using static Gatehouse.AuthorizationServer.Tests.SignIn.SignInServer;

namespace Gatehouse.AuthorizationServer.Tests.SignIn;

/// <summary>A person sees and withdraws what was granted, and nobody else does.</summary>
public sealed class GrantsEndpointTests : IDisposable
{
    private readonly SignInServer server = new();

    public void Dispose() => server.Dispose();

    [Fact]
    public async Task APerson_SeesAndWithdrawsOnlyTheOwnGrants()
    {
        await CompleteAsync(server.Browser("198.51.100.9"), Begin("mallory"), "bob");
        var browser = server.Browser();
        await CompleteAsync(browser, Begin());
        var page = await GrantsAsync(browser, "alice");
        Assert.Contains("Editor", page.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("Mallory", page.Body, StringComparison.Ordinal);
        var now = server.Clock.GetUtcNow();
        var ofBob = Assert.Single(await server.Parts.Grants.ListGrantsAsync("corp:bob", 10, now));
        var foreign = await browser.PostAsync("/oauth/grants", [new("request", page.Hidden("request")), new("grant", ofBob.Id)]);
        Assert.EndsWith("/oauth/grants", foreign.Location, StringComparison.Ordinal); // it does not say that something was withdrawn
        Assert.Single(await server.Parts.Grants.ListGrantsAsync("corp:bob", 10, now));
        await browser.PostAsync("/oauth/grants", [new("request", page.Hidden("request")), new("decision", "everywhere")]);
        Assert.Empty(await server.Parts.Grants.ListGrantsAsync("corp:alice", 10, now));
        Assert.Empty(await server.Parts.Consents.ListAsync("corp:alice", 10, now));
        Assert.Single(await server.Parts.Grants.ListGrantsAsync("corp:bob", 10, now));
    }

    [Theory]
    [InlineData("sign-out", 1)]
    [InlineData("everywhere", 0)]
    public async Task SigningOut_EndsTheSessionOfTheBrowser_AndEverywhereTheGrantsToo(string decision, int left)
    {
        var browser = server.Browser();
        await CompleteAsync(browser, Begin());
        var page = await GrantsAsync(browser, "alice");
        Assert.Equal(200, (await browser.GetAsync("/oauth/grants")).Status);
        var done = await browser.PostAsync("/oauth/grants", [new("request", page.Hidden("request")), new("decision", decision)]);
        Assert.Equal(200, done.Status);
        Assert.Contains("signed out", done.Body, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(303, (await browser.GetAsync("/oauth/grants")).Status);
        Assert.Equal(left, (await server.Parts.Grants.ListGrantsAsync("corp:alice", 10, server.Clock.GetUtcNow())).Count);
    }

    [Fact]
    public async Task AFormOfAnotherSite_OrPerson_WithdrawsNothing()
    {
        var browser = server.Browser();
        await CompleteAsync(browser, Begin());
        var page = await GrantsAsync(browser, "alice");
        KeyValuePair<string, string>[] all = [new("request", page.Hidden("request")), new("decision", "everywhere")];
        Assert.Equal(403, (await browser.PostAsync("/oauth/grants", all, "https://attacker.example", "cross-site")).Status);
        Assert.Equal(403, (await server.Browser().PostAsync("/oauth/grants", all)).Status);
        var other = server.Browser("198.51.100.9");
        await GrantsAsync(other, "bob");
        Assert.Equal(403, (await other.PostAsync("/oauth/grants", all)).Status);
        server.Clock.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(403, (await browser.PostAsync("/oauth/grants", all)).Status);
        Assert.Single(await server.Parts.Grants.ListGrantsAsync("corp:alice", 10, server.Clock.GetUtcNow()));
    }

    private static async Task<PretendAnswer> GrantsAsync(PretendBrowser browser, string person)
    {
        var begun = await browser.GetAsync("/oauth/grants");
        Assert.Equal(303, begun.Status);
        var back = await browser.GetAsync($"/oauth/callback?code={person}&state={PretendAnswer.QueryOf(begun.Location)["state"]}");
        Assert.Equal(303, back.Status);
        return await browser.GetAsync(back.Location);
    }
}
