using System.Text.RegularExpressions;
using Gatehouse.AuthorizationServer.Clients;
using Gatehouse.AuthorizationServer.Providers;
using Gatehouse.AuthorizationServer.SignIn;
using Gatehouse.Storage.Abstractions;
using static Gatehouse.AuthorizationServer.Tests.SignIn.SignInServer;

namespace Gatehouse.AuthorizationServer.Tests.SignIn;

/// <summary>
/// A client learns that a sign-in failed (RFC 6749 §4.1.2.1, RFC 9207): the listener of a native client waits until then. The person reads the
/// reason first, and an attack is shown to the person only.
/// </summary>
[Trait("NoRetry", "yes")]
public sealed class FailedSignInTests : IDisposable
{
    private readonly SignInServer server = new();

    private PretendProvider Provider => server.Providers[0];

    public void Dispose() => server.Dispose();

    [Theory]
    [InlineData("second-factor", "access_denied")]
    [InlineData("login-required", "access_denied")]
    [InlineData("user-not-assigned", "access_denied")]
    [InlineData("conditional-access", "access_denied")]
    [InlineData("provider-unavailable", "temporarily_unavailable")]
    [InlineData("id-token-key", "temporarily_unavailable")]
    [InlineData("token-answer", "server_error")]
    [InlineData("provider-scope", "server_error")]
    [InlineData("code-refused", "server_error")]
    public async Task AFaultOfTheProvider_IsRead_AndThenTakenToTheClient(string code, string error)
    {
        Provider.Fault = new SignInFault(code, "What the person reads.");
        foreach (var client in new[] { "editor", "mallory", "trusted" })
        {
            var page = await ReturnAsync(server.Browser(), client);
            Assert.Equal(error == "temporarily_unavailable" ? 503 : 400, page.Status);
            Assert.Contains("What the person reads.", page.Body, StringComparison.Ordinal);
            Assert.DoesNotContain("http-equiv", page.Body, StringComparison.Ordinal);
            AssertError(error, page.Back, client);
            Assert.Contains(new Uri(page.Back).Host, page.Body.Split("class=\"plain\"")[0], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task ARefusalOfThePerson_LeavesByItself_ButNotToAPlaceThatAStrangerNamed()
    {
        Provider.Fault = ProviderErrors.Of("Corp", "access_denied");
        foreach (var client in new[] { "mallory", "trusted" })
        {
            var left = await ReturnAsync(server.Browser(), client);
            Assert.Equal(303, left.Status);
            AssertError("access_denied", left.Location, client);
        }

        var held = await ReturnAsync(server.Browser(), "editor");
        Assert.Equal((400, ""), (held.Status, held.Location));
        Assert.DoesNotContain("http-equiv", held.Body, StringComparison.Ordinal);
        AssertError("access_denied", held.Back, "editor");
    }

    [Fact]
    public async Task ASignInThatCannotBegin_IsTakenToTheClient()
    {
        Provider.BeginFault = new SignInFault(SignInFaults.UnavailableCode, "The provider does not answer.");
        AssertError("temporarily_unavailable", await BackAsync(503, server.Browser().GetAsync(Begin("trusted"))), "trusted");
        Provider.BeginFault = new SignInFault(SignInFaults.MetadataCode, "The metadata were not found.");
        AssertError("server_error", await BackAsync(400, ConsentToAsync(server.Browser(), "editor")), "editor");
    }

    // The person reads the same page whether the provider fails before the sign-in or after it.
    [Theory]
    [InlineData(SignInFaults.UnavailableCode)]
    [InlineData(SignInFaults.MetadataCode)]
    [InlineData("id-token-key")]
    public async Task AFaultOfTheProvider_IsTheSamePage_AtTheBeginningAndAtTheEnd(string code)
    {
        var fault = new SignInFault(code, "What the person reads.");
        Provider.Fault = fault;
        var end = await ReturnAsync(server.Browser(), "editor");
        Provider.BeginFault = fault;
        var begin = await ConsentToAsync(server.Browser(), "editor");
        Assert.Equal(end.Status, begin.Status);
        Assert.Equal(WithoutId(end.Body), WithoutId(begin.Body));
        Assert.Contains(Provider.DisplayName, begin.Body, StringComparison.Ordinal);
        Assert.Equal(code == SignInFaults.UnavailableCode, begin.Body.Contains("does not answer", StringComparison.Ordinal));
    }

    // An administrator who gets the id of the page finds who, where and why.
    [Fact]
    public async Task ThePage_ShowsTheIdOfItsEntry_WhichNamesCauseClientAndProvider()
    {
        Provider.Fault = new SignInFault("provider-client", "What the person reads.");
        var page = await ReturnAsync(server.Browser(), "editor");
        Assert.Contains($"<code dir=\"ltr\">entry-{server.Journal.Strangers.Count}</code>", page.Body, StringComparison.Ordinal);
        Assert.Equal(
            "oauth.fault (fault, sign-in-failed) (status, 400) (cause, provider-client) "
                + $"(client, {SignInServer.Clients["editor"].Id}) (provider, corp)",
            server.Journal.Acts.Last());
    }

    [Theory]
    [InlineData("redirect_uri", "https://user:word@elsewhere.example:8443/back?token=abc#d",
        "(fault, wrong-redirect) (status, 400) (client, https://client.example/client.json) (redirect, https://elsewhere.example:8443/back)")]
    [InlineData("client_id", "nobody", "(fault, unknown-client) (status, 400) (cause, unknown) (client, nobody)")]
    [InlineData("client_id", null, "(fault, unknown-client) (status, 400) (cause, client-id-missing)")]
    public async Task AFaultOfTheClient_IsRecordedWithTheClient_AndWithoutAQuery(string name, string? value, string facts)
    {
        Assert.Equal(400, (await server.Browser().GetAsync(Begin("editor", (name, value)))).Status);
        Assert.Equal("oauth.fault " + facts, server.Journal.Acts.Last());
    }

    [Theory]
    [InlineData("/oauth/callback/corp?state=short", "(fault, other-browser) (status, 400) (cause, state)")]
    [InlineData("/oauth/confirm?s=0", "(fault, already-used) (status, 400)")]
    public async Task APageThatLeadsNowhere_IsRecordedByItsWord(string address, string facts)
    {
        await server.Browser().GetAsync(address);
        Assert.Equal("oauth.fault " + facts, server.Journal.Acts.Last());
    }

    [Fact]
    public async Task AProviderThatIsGone_IsTakenToTheClient()
    {
        var (waiting, consenting, confirming) = (server.Browser(), server.Browser(), server.Browser());
        var state = await ConsentAsync(waiting, Begin());
        var form = (await consenting.GetAsync(Begin())).Hidden("request");
        var confirmation = (await SignInAsync(confirming, Begin())).Hidden("request");
        server.Providers[0] = new PretendProvider("other");
        AssertError("server_error", await BackAsync(400, waiting.GetAsync($"/oauth/callback/corp?code=alice&state={state}")), "editor");
        AssertError("server_error",
            await BackAsync(400, consenting.PostAsync("/oauth/consent", [new("request", form), new("provider", "corp")])), "editor");
        AssertError("server_error",
            await BackAsync(400, confirming.PostAsync("/oauth/confirm", [new("request", confirmation), new("decision", "other")])), "editor");
    }

    [Fact]
    public async Task APersonWithoutTheScopes_IsTakenToTheClient()
    {
        Provider.Scopes = ["other"];
        AssertError("invalid_scope", await BackAsync(400, ConfirmAsync(server.Browser(), Begin())), "editor");
    }

    [Fact]
    public async Task AClientThatIsNamedAsThePerson_IsRefused_AndLearnsIt()
    {
        var client = SignInServer.Clients["trusted"] with { Id = "corp:alice", IsPreApproved = false };
        server.Directory.More.Add(client);
        AssertError("access_denied", await BackAsync(400, ConfirmAsync(server.Browser(), Begin(client))), "trusted");
    }

    [Theory]
    [InlineData(CredentialKind.Confirmation)]
    [InlineData(null)]
    public async Task AStoreThatRefuses_IsTakenToTheClient(CredentialKind? kind)
    {
        var browser = server.Browser();
        var state = await ConsentAsync(browser, Begin("mallory"));
        Provider.Meanwhile = () =>
        {
            (server.Bench.Grants.BrokenKind, server.Bench.Grants.IsBroken) = (kind, kind is null);
            return Task.CompletedTask;
        };
        var page = await browser.GetAsync($"/oauth/callback/corp?code=alice&state={state}");
        Assert.Equal((503, "5"), (page.Status, page.Headers["Retry-After"]));
        AssertError("temporarily_unavailable", page.Back, "mallory");
    }

    [Fact]
    public async Task AStoreThatRefusesTheBeginningOrTheGrant_IsTakenToTheClient()
    {
        var browser = server.Browser();
        var confirmation = (await SignInAsync(browser, Begin())).Hidden("request");
        server.Bench.Grants.BrokenKind = CredentialKind.Confirmation;
        var page = await browser.PostAsync("/oauth/confirm", [new("request", confirmation), new("decision", "continue")]);
        Assert.Equal((503, "5"), (page.Status, page.Headers["Retry-After"]));
        AssertError("temporarily_unavailable", page.Back, "editor");
        server.Bench.Grants.IsBroken = true;
        AssertError("temporarily_unavailable", await BackAsync(503, server.Browser().GetAsync(Begin("trusted"))), "trusted");
    }

    [Fact]
    public async Task ConsentsThatCannotBeRead_AreTakenToTheClient_BeforeAndAfterSignIn()
    {
        var (known, waiting) = (server.Browser(), server.Browser());
        await CompleteAsync(known, Begin());
        var state = await ConsentAsync(waiting, Begin());
        var back = await waiting.GetAsync($"/oauth/callback/corp?code=alice&state={state}");
        server.Consents.IsBroken = true;
        AssertError("temporarily_unavailable", await BackAsync(503, known.GetAsync(Begin())), "editor");
        AssertError("temporarily_unavailable", await BackAsync(503, waiting.GetAsync(back.Location)), "editor");
    }

    [Fact]
    public async Task ASignInThatTookTooLong_IsTakenToTheClient()
    {
        Provider.Meanwhile = () =>
        {
            server.Clock.Advance(SignInCookies.Life + TimeSpan.FromMinutes(1));
            return Task.CompletedTask;
        };
        AssertError("access_denied", await BackAsync(400, ReturnAsync(server.Browser(), "editor")), "editor");
    }

    // Threat: an attacker's answer moves the browser on, with words that the client believes to be of its sign-in.
    [Fact]
    public async Task AnAttack_AnUnknownState_AndASecondUse_AreShownToThePersonOnly()
    {
        var browser = server.Browser();
        var state = await ConsentAsync(browser, Begin("mallory"));
        AssertBare(await browser.GetAsync($"/oauth/callback/corp?error=access_denied&state={new string('A', 43)}"));
        AssertBare(await server.Browser().GetAsync($"/oauth/callback/corp?error=access_denied&state={state}"));
        AssertBare(await browser.GetAsync($"/oauth/callback/corp?error=access_denied&state={state}"));
        Provider.Fault = new SignInFault("issuer-mismatch", "The answer came from elsewhere.", IsAttack: true);
        AssertBare(await ReturnAsync(server.Browser(), "mallory"));
        AssertBare(await ReturnAsync(server.Browser(), "trusted"));
    }

    [Fact]
    public async Task AClientThatLostItsRedirectUri_GetsNothing()
    {
        var client = SignInServer.Clients["trusted"] with { Id = "passing", IsPreApproved = false };
        server.Directory.More.Add(client);
        var browser = server.Browser();
        var state = await ConsentAsync(browser, Begin(client));
        server.Directory.More[0] = client with { RedirectUris = ["https://elsewhere.example/"] };
        AssertBare(await browser.GetAsync($"/oauth/callback/corp?error=access_denied&state={state}"));
    }

    // The refusal of a person is an answer to the client too.
    [Theory]
    [InlineData("/oauth/consent")]
    [InlineData("/oauth/confirm")]
    public async Task AClientThatLostItsRedirectUri_GetsNoRefusalOfThePersonEither(string path)
    {
        var client = SignInServer.Clients["editor"] with { Id = "passing" };
        server.Directory.More.Add(client);
        var browser = server.Browser();
        var page = path == "/oauth/consent" ? await browser.GetAsync(Begin(client)) : await SignInAsync(browser, Begin(client));
        server.Directory.More[0] = client with { RedirectUris = ["https://elsewhere.example/"] };
        AssertBare(await browser.PostAsync(path, [new("request", page.Hidden("request")), new("decision", "deny")]));
        server.Directory.More.Clear();
        page = path == "/oauth/consent" ? await browser.GetAsync(Begin("editor")) : await SignInAsync(browser, Begin("editor"));
        AssertError(
            "access_denied", (await browser.PostAsync(path, [new("request", page.Hidden("request")), new("decision", "deny")])).Leaving, "editor");
    }

    // The facts of a person come from the provider, and a part of those of the request from a stranger. Together they can be larger than a row.
    [Fact]
    public async Task APersonWhoseFactsAreLargerThanARow_ReadsAFault_AndTheClientGetsTheError()
    {
        Provider.Tokens = new byte[ProviderForms.LargestAnswer];
        Provider.Person = person => person with { Groups = [.. Enumerable.Range(0, 300).Select(number => new string('g', 100) + number)] };
        AssertError("server_error", await BackAsync(400, ReturnAsync(server.Browser(), "editor")), "editor");
    }

    [Fact]
    public async Task APersonWhoOnlyWantedToSeeGrants_HasNoProgramToGoBackTo()
    {
        var browser = server.Browser();
        var state = PretendAnswer.QueryOf((await browser.GetAsync("/oauth/grants")).Location)["state"];
        AssertBare(await browser.GetAsync($"/oauth/callback/corp?error=access_denied&state={state}"));
    }

    // A person who presses the button twice gave access the first time, and the code is on its way.
    [Fact]
    public async Task ASecondConfirmation_DoesNotSayThatNoProgramGotAccess()
    {
        var browser = server.Browser();
        var page = await SignInAsync(browser, Begin());
        KeyValuePair<string, string>[] yes = [new("request", page.Hidden("request")), new("decision", "continue")];
        Assert.Contains("code=", (await browser.PostAsync("/oauth/confirm", yes)).Leaving, StringComparison.Ordinal);
        var again = await browser.PostAsync("/oauth/confirm", yes);
        AssertBare(again);
        Assert.DoesNotContain("No program got access", again.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AConsentThatCannotBeStored_DoesNotStopTheCode()
    {
        server.Consents.IsFull = true;
        var answer = PretendAnswer.QueryOf(await CompleteAsync(server.Browser(), Begin()));
        Assert.Equal(200, (await server.RedeemAsync(answer["code"])).Status);
        Assert.Contains(server.Journal.Acts, act => act.StartsWith("oauth.consent.unstored ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task TheConsent_HasTheScopesThatWereGranted_AndTheRestIsNewLater()
    {
        var browser = server.Browser();
        Provider.Scopes = ["read"];
        await CompleteAsync(browser, Begin("editor", ("scope", "read write")));
        Assert.Equal("read", Assert.Single(await server.Parts.Consents.ListAsync("corp:alice", 10, server.Clock.GetUtcNow())).Scopes);
        Assert.DoesNotContain("class=\"news\"", (await SignInAsync(browser, Begin("editor", ("scope", "read write")))).Body, StringComparison.Ordinal);
        Provider.Scopes = null;
        Assert.Contains("class=\"news\"", (await SignInAsync(browser, Begin("editor", ("scope", "read write")))).Body, StringComparison.Ordinal);
    }

    private static string WithoutId(string page) => Regex.Replace(page, "entry-[0-9]+", "");

    private static void AssertError(string error, string address, string client)
    {
        Assert.StartsWith(SignInServer.Clients[client].RedirectUris[0] + "?", address, StringComparison.Ordinal);
        var query = PretendAnswer.QueryOf(address);
        Assert.Equal((error, "of-the-client", Origin), (query["error"], query["state"], query["iss"]));
        Assert.All(query["error_description"], letter => Assert.InRange(letter, ' ', '~')); // RFC 6749 §4.1.2.1
        Assert.False(query.ContainsKey("code"));
    }

    private static void AssertBare(PretendAnswer page)
    {
        Assert.Equal((400, ""), (page.Status, page.Location));
        Assert.DoesNotContain("error=", page.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("class=\"plain\" href", page.Body, StringComparison.Ordinal);
    }

    private static async Task<string> BackAsync(int status, Task<PretendAnswer> page)
    {
        Assert.Equal(status, (await page).Status);
        return (await page).Back;
    }

    private static async Task<PretendAnswer> ReturnAsync(PretendBrowser browser, string client)
    {
        var begun = await browser.GetAsync(Begin(client));
        var address = begun.Status == 303 ? begun.Location : (await ConsentToAsync(browser, client)).Leaving;
        return await browser.GetAsync($"/oauth/callback/corp?code=alice&state={PretendAnswer.QueryOf(address)["state"]}");
    }

    private static async Task<PretendAnswer> ConsentToAsync(PretendBrowser browser, string client)
    {
        var page = await browser.GetAsync(Begin(client));
        return await browser.PostAsync("/oauth/consent", [new("request", page.Hidden("request")), new("provider", "corp")]);
    }

    private static async Task<PretendAnswer> ConfirmAsync(PretendBrowser browser, string begin)
    {
        var page = await SignInAsync(browser, begin);
        return await browser.PostAsync("/oauth/confirm", [new("request", page.Hidden("request")), new("decision", "continue")]);
    }
}
