using Gatehouse.AuthorizationServer.SignIn;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;
using static Gatehouse.AuthorizationServer.Tests.SignIn.SignInServer;

namespace Gatehouse.AuthorizationServer.Tests.SignIn;

/// <summary>A person sees and withdraws what was granted, and nobody else does.</summary>
[Trait("NoRetry", "yes")]
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
        Assert.Equal(decision == "everywhere" ? ["corp:alice"] : [], server.SignedOut);
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

    // Threat: a client that signed in twice keeps the tokens of its other grant (CWE-613).
    [Fact]
    public async Task AClientThatSignedInTwice_IsOneLine_AndOneWithdrawalEndsBothGrants()
    {
        var browser = server.Browser();
        await CompleteAsync(browser, Begin("editor", ("scope", "read")));
        server.Clock.Advance(TimeSpan.FromSeconds(1));
        await CompleteAsync(browser, Begin("editor", ("scope", "write")));
        server.Clock.Advance(TimeSpan.FromSeconds(1));
        await CompleteAsync(browser, Begin("mallory"));
        var page = await GrantsAsync(browser, "alice");
        Assert.Equal(["Mallory", "Editor"], Lines(page).Select(line => line.Contains("Mallory", StringComparison.Ordinal) ? "Mallory" : "Editor"));
        var line = Lines(page)[1];
        Assert.Contains("<code dir=\"ltr\">read</code>", line, StringComparison.Ordinal);
        Assert.Contains("<code dir=\"ltr\">write</code>", line, StringComparison.Ordinal);
        var grants = await ListAsync("corp:alice");
        Assert.Equal(3, grants.Count);
        await browser.PostAsync("/oauth/grants", [new("request", page.Hidden("request")), new("grant", grants[1].Id)]);
        Assert.Equal(grants[2].Id, Assert.Single(await ListAsync("corp:alice")).Id);
        Assert.Equal([grants[0].Id, grants[1].Id], server.Bench.Ended);
        Assert.Equal(2, server.Journal.Acts.Count(act => act.StartsWith("oauth.grant.end ", StringComparison.Ordinal)
            && act.Contains("(cause, withdrawn)", StringComparison.Ordinal)));
        Assert.Equal("mallory", Assert.Single(await server.Parts.Consents.ListAsync("corp:alice", 10, server.Clock.GetUtcNow())).ClientId);
        Assert.DoesNotContain("Editor", (await browser.GetAsync("/oauth/grants")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task APerson_WithdrawsOneOfTheOwnGrants_AndReadsThatItIsWithdrawn()
    {
        var browser = server.Browser();
        await CompleteAsync(browser, Begin());
        var page = await GrantsAsync(browser, "alice");
        Assert.DoesNotContain("has been withdrawn", page.Body, StringComparison.Ordinal);
        var only = Assert.Single(await ListAsync("corp:alice"));
        var done = await browser.PostAsync("/oauth/grants", [new("request", page.Hidden("request")), new("grant", only.Id)]);
        Assert.Equal(200, done.Status);
        Assert.Contains("has been withdrawn", done.Body, StringComparison.Ordinal);
        Assert.Empty(await ListAsync("corp:alice"));
    }

    // Threat: a link makes a person believe that access was withdrawn.
    [Fact]
    public async Task AnAddress_SaysNothingIsWithdrawn()
    {
        var browser = server.Browser();
        await GrantsAsync(browser, "alice");
        Assert.DoesNotContain("has been withdrawn", (await browser.GetAsync("/oauth/grants?done=one")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheConfirmation_SaysWhenTheAccessEnds_AndWhereItIsWithdrawn()
    {
        var browser = server.Browser();
        var page = await SignInAsync(browser, Begin());
        var until = server.Clock.GetUtcNow() + SignInCookies.Life + server.Settings.AuthorizationServer!.GrantLife;
        Assert.Contains($"<time datetime=\"{until.UtcDateTime:yyyy-MM-dd'T'HH:mm'Z'}\">", page.Body, StringComparison.Ordinal);
        Assert.Contains("<a href=\"/oauth/grants?provider=corp\" target=\"_blank\" rel=\"noopener\">Your access</a>", page.Body, StringComparison.Ordinal);
        await browser.PostAsync("/oauth/confirm", [new("request", page.Hidden("request")), new("decision", "continue")]);
        Assert.True(Assert.Single(await ListAsync("corp:alice")).Until <= until);
    }

    // An administrator who is asked for this right gives away more than one server.
    [Fact]
    public async Task ARequestForAdministration_IsShownAsControlOfTheGateway()
    {
        var admin = SignInServer.Clients["trusted"] with { Id = "admin-cli", IsPreApproved = false };
        server.Directory.More.Add(admin);
        server.Settings = server.Settings with { Administration = new AdministrationSettings { Who = new WhoClause() } };
        var page = await server.Browser().GetAsync(Begin(admin, ("resource", server.Settings.AdministrationResource), ("scope", null)));
        Assert.Contains("Control of this gateway", page.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("Control of this gateway", (await server.Browser().GetAsync(Begin("trusted", ("prompt", "consent")))).Body,
            StringComparison.Ordinal);
    }

    // A consent that cannot be removed is still shown to administrators, and the act can be repeated.
    [Fact]
    public async Task AWithdrawalThatTheStoreRefuses_EndsTheGrantFirst_AndSaysSo()
    {
        var browser = server.Browser();
        await CompleteAsync(browser, Begin());
        var page = await GrantsAsync(browser, "alice");
        var only = Assert.Single(await ListAsync("corp:alice"));
        server.Consents.IsBroken = true;
        var done = await browser.PostAsync("/oauth/grants", [new("request", page.Hidden("request")), new("grant", only.Id)]);
        Assert.Equal(503, done.Status);
        Assert.Empty(await ListAsync("corp:alice"));
    }

    [Theory]
    [InlineData("trusted", "Trusted", "An administrator of this gateway registered it.")]
    [InlineData("editor", "Editor", "vouches for this name")]
    [InlineData("mallory", "Mallory", "The program chose the name")]
    public async Task ALine_SaysWhoVouchesForTheClient(string client, string name, string voucher)
    {
        var line = Assert.Single(await LinesOfAsync(client));
        Assert.Contains(name, line, StringComparison.Ordinal);
        Assert.Contains(voucher, line, StringComparison.Ordinal);
    }

    // The id of a configured client may be an address, as if a document named it.
    [Fact]
    public async Task AConfiguredClientWithAnHttpsId_IsTheAdministrators()
    {
        Configure(SignInServer.Clients["editor"].Id, "Desk of the house");
        var line = Assert.Single(await LinesOfAsync("editor"));
        Assert.Contains("Desk of the house", line, StringComparison.Ordinal);
        Assert.Contains("An administrator of this gateway registered it.", line, StringComparison.Ordinal);
        Assert.DoesNotContain("vouches", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mallory")]
    [InlineData("editor")]
    public async Task AClientWhoseConsentIsNotStored_IsShownByItsId_AndNoPartyVouchesForIt(string client)
    {
        server.Consents.IsFull = true;
        var line = Assert.Single(await LinesOfAsync(client));
        Assert.Contains(SignInServer.Clients[client].Id, line, StringComparison.Ordinal);
        Assert.DoesNotContain("chose the name", line, StringComparison.Ordinal);
        Assert.DoesNotContain("vouches", line, StringComparison.Ordinal);
        Assert.DoesNotContain("registered it", line, StringComparison.Ordinal);
    }

    private async Task<List<string>> LinesOfAsync(string client)
    {
        if (client == "trusted") Configure("trusted", "Trusted");
        var browser = server.Browser();
        await CompleteAsync(browser, Begin(client, ("prompt", "consent")));
        return Lines(await GrantsAsync(browser, "alice"));
    }

    private void Configure(string id, string name) => server.Settings = server.Settings with
    {
        AuthorizationServer = new AuthorizationServerSettings
        {
            Providers = [],
            Clients = [new OAuthClientSettings { Id = id, Name = name, RedirectUris = [Callback] }],
        },
    };

    private ValueTask<IReadOnlyList<GrantRow>> ListAsync(string subject) =>
        server.Parts.Grants.ListGrantsAsync(subject, 10, server.Clock.GetUtcNow());

    private static List<string> Lines(PretendAnswer page) => [.. page.Body.Split("<section class=\"grant\">").Skip(1)];

    private static async Task<PretendAnswer> GrantsAsync(PretendBrowser browser, string person)
    {
        var begun = await browser.GetAsync("/oauth/grants");
        Assert.Equal(303, begun.Status);
        var back = await browser.GetAsync($"/oauth/callback/corp?code={person}&state={PretendAnswer.QueryOf(begun.Location)["state"]}");
        Assert.Equal(303, back.Status);
        return await browser.GetAsync(back.Location);
    }
}
