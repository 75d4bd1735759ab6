using Gatehouse.AuthorizationServer.Providers;
using Gatehouse.AuthorizationServer.Tests.Tokens;
using Gatehouse.AuthorizationServer.Tokens;
using static Gatehouse.AuthorizationServer.Tests.SignIn.SignInServer;

namespace Gatehouse.AuthorizationServer.Tests.SignIn;

/// <summary>A sign-in from the first request to the code, and the attacks on each step (MCP rows C01 to C12, C18).</summary>
[Trait("NoRetry", "yes")]
public sealed class SignInTests : IDisposable
{
    private readonly SignInServer server = new();

    public void Dispose() => server.Dispose();

    [Fact]
    [Trait("Requirement", "C18")]
    public async Task AWholeSignIn_GivesACodeThatIsRedeemed_WithStateAndIssuer()
    {
        var answer = PretendAnswer.QueryOf(await CompleteAsync(server.Browser(), Begin()));
        Assert.Equal(("of-the-client", Origin), (answer["state"], answer["iss"]));
        var tokens = await server.RedeemAsync(answer["code"]);
        Assert.Equal((200, "read"), (tokens.Status, tokens["scope"]));
        var claims = await new AccessTokens(server.Tokens).FindAsync(CredentialText.Digest(tokens.Access), CancellationToken.None);
        Assert.Equal(("corp:alice", TokenBench.Resource), (claims?.Subject, claims?.Resource));
        Assert.Equal("invalid_grant", (await server.RedeemAsync(answer["code"])).Error);
    }

    [Fact]
    [Trait("Requirement", "C01")]
    [Trait("Requirement", "C02")]
    public async Task AnotherClient_OfTheSamePersonAndBrowser_IsAskedAgain()
    {
        var browser = server.Browser();
        await CompleteAsync(browser, Begin());
        var page = await browser.GetAsync(Begin("mallory"));
        Assert.Equal(200, page.Status);
        Assert.Contains("name=\"provider\"", page.Body, StringComparison.Ordinal);
        // and so is the same client: what was granted before is shown, and never takes the place of the question
        Assert.Contains("name=\"provider\"", (await browser.GetAsync(Begin())).Body, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "C03")]
    public async Task TheConsentPage_NamesClientScopesAndPlace_AndAStrangersNameIsText()
    {
        var page = await server.Browser().GetAsync(Begin("mallory"));
        Assert.DoesNotContain("<script", page.Body, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Mallory", page.Body, StringComparison.Ordinal);
        Assert.Contains("read", page.Body, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1", page.Body, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Requirement", "C04")]
    [InlineData(null, null)]
    [InlineData("https://attacker.example", "cross-site")]
    [InlineData("null", "cross-site")]
    [InlineData("own", "cross-site")]
    [InlineData("own", "same-site")]
    [InlineData("https://gateway.example.attacker.example", "same-origin")]
    public async Task AFormOfAnotherPage_IsRefused_AndSetsNothing(string? from, string? site)
    {
        var browser = server.Browser();
        var page = await browser.GetAsync(Begin());
        var refused = await browser.PostAsync("/oauth/consent", [new("request", page.Hidden("request")), new("provider", "corp")], from, site);
        Assert.Equal(403, refused.Status);
        Assert.Empty(browser.Cookies);
    }

    [Fact]
    [Trait("Requirement", "C04")]
    public async Task AFormWithoutItsSealedRequest_OrWithAForgedOrOldOne_IsRefused()
    {
        var browser = server.Browser();
        var value = (await browser.GetAsync(Begin())).Hidden("request");
        foreach (var forged in new[] { "", "AAAA", value[..^4] + "AAAA", "%" })
            Assert.Equal(403, (await browser.PostAsync("/oauth/consent", [new("request", forged), new("provider", "corp")])).Status);
        server.Clock.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(403, (await browser.PostAsync("/oauth/consent", [new("request", value), new("provider", "corp")])).Status);
    }

    [Fact]
    [Trait("Requirement", "C05")]
    [Trait("Requirement", "G05")]
    public async Task EveryPage_IsNotFramed_AndRunsNothing()
    {
        var browser = server.Browser();
        foreach (var page in new[] { await browser.GetAsync(Begin()), await browser.GetAsync("/oauth/callback/corp"), await SignInAsync(browser, Begin()) })
        {
            Assert.Contains("frame-ancestors 'none'", page.Headers["Content-Security-Policy"], StringComparison.Ordinal);
            Assert.Contains("default-src 'none'", page.Headers["Content-Security-Policy"], StringComparison.Ordinal);
            Assert.Contains("no-store", page.Headers["Cache-Control"], StringComparison.Ordinal);
            Assert.DoesNotContain("<script", page.Body, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    [Trait("Requirement", "C06")]
    [Trait("Requirement", "C11")]
    public async Task NoCookieIsSetBeforeConsent_AndThoseAfterItAreOfThisHostAlone()
    {
        var browser = server.Browser();
        var page = await browser.GetAsync(Begin());
        Assert.Empty(browser.LastCookies);
        await browser.PostAsync("/oauth/consent", [new("request", page.Hidden("request")), new("provider", "corp")]);
        var cookie = Assert.Single(browser.LastCookies);
        Assert.StartsWith("__Host-", cookie, StringComparison.Ordinal);
        Assert.DoesNotContain("domain", cookie, StringComparison.OrdinalIgnoreCase);
        foreach (var part in new[] { "secure", "httponly", "samesite=lax", "path=/", "max-age=600" })
            Assert.Contains(part, cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    [Trait("Requirement", "C06")]
    public async Task TheCookieOfOneSignIn_DoesNotServeAnother()
    {
        var browser = server.Browser();
        await ConsentAsync(browser, Begin());
        var (name, value) = Assert.Single(browser.Cookies);
        var other = server.Browser("198.51.100.9");
        var state = await ConsentAsync(other, Begin("mallory"));
        var victim = server.Browser();
        victim.Steal(name, value);
        Assert.Equal(400, (await victim.GetAsync($"/oauth/callback/corp?code=alice&state={state}")).Status);
    }

    [Theory]
    [Trait("Requirement", "C07")]
    [Trait("Requirement", "C12")]
    [InlineData("https://client.example/back/")]
    [InlineData("https://client.example/Back")]
    [InlineData("https://client.example/back?x=1")]
    [InlineData("https://client.example/back/more")]
    [InlineData("https://client.example.attacker.example/back")]
    [InlineData("https://client.example@attacker.example/back")]
    [InlineData("http://client.example/back")]
    [InlineData("javascript:alert(1)")]
    [InlineData(null)]
    public async Task AnotherRedirectUri_IsShownToThePerson_AndGetsNothing(string? redirectUri)
    {
        var page = await server.Browser().GetAsync(Begin("editor", ("redirect_uri", redirectUri)));
        Assert.Equal((400, ""), (page.Status, page.Location));
        Assert.DoesNotContain("attacker", page.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("href=\"http", page.Body, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "C08")]
    [Trait("Requirement", "C10")]
    public async Task AState_IsRandom_AndLivesTenMinutes()
    {
        var browser = server.Browser();
        var (one, two) = (await ConsentAsync(browser, Begin()), await ConsentAsync(browser, Begin()));
        Assert.NotEqual(one, two);
        Assert.Equal(43, one.Length);
        server.Clock.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(400, (await browser.GetAsync($"/oauth/callback/corp?code=alice&state={one}")).Status);
    }

    [Theory]
    [Trait("Requirement", "B10")]
    [InlineData("/oauth/callback/corp", "corp")]
    [InlineData("/oauth/callback/other", "other")]
    [InlineData("/oauth/callback/corp/more", "corp/more")]
    [InlineData("/oauth/callback/", "")]
    public async Task ACallback_TellsTheProviderWhoseAddressItIs(string path, string name)
    {
        var browser = server.Browser();
        await browser.GetAsync($"{path}?code=alice&state={await ConsentAsync(browser, Begin())}");
        Assert.Equal(name, server.Providers[0].Address);
    }

    [Fact]
    [Trait("Requirement", "B10")]
    public async Task TheAddressWithoutAProvider_IsNoRoute() =>
        Assert.Equal(404, (await server.Browser().GetAsync("/oauth/callback?code=alice")).Status);

    [Theory]
    [Trait("Requirement", "C09")]
    [InlineData("")]
    [InlineData("&state=")]
    [InlineData("&state=short")]
    [InlineData("&state=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task ACallbackWithoutAStateOfOurs_IsRefused(string state)
    {
        var browser = server.Browser();
        await ConsentAsync(browser, Begin());
        Assert.Equal(400, (await browser.GetAsync("/oauth/callback/corp?code=alice" + state)).Status);
    }

    [Fact]
    [Trait("Requirement", "C09")]
    public async Task TheAnswerToAnotherBrowser_IsRefused()
    {
        // login CSRF: the attacker consents and sends the victim the address that the provider gave
        var state = await ConsentAsync(server.Browser("198.51.100.9"), Begin("mallory"));
        var victim = server.Browser();
        var page = await victim.GetAsync($"/oauth/callback/corp?code=alice&state={state}");
        Assert.Equal(400, page.Status);
        Assert.Empty(victim.Cookies);
    }

    [Fact]
    [Trait("Requirement", "C10")]
    public async Task AStateThatComesTwice_EndsWhatCameFromIt_WithOneAlarm()
    {
        var browser = server.Browser();
        var state = await ConsentAsync(browser, Begin());
        var back = await browser.GetAsync($"/oauth/callback/corp?code=alice&state={state}");
        var page = await browser.GetAsync(back.Location);
        var left = await browser.PostAsync("/oauth/confirm", [new("request", page.Hidden("request")), new("decision", "continue")]);
        Assert.Contains("code=", left.Leaving, StringComparison.Ordinal);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => server.Browser().GetAsync($"/oauth/callback/corp?code=alice&state={state}")));
        Assert.Equal("state-reuse", Assert.Single(server.Journal.Alarms));
        Assert.Empty(await server.Parts.Grants.ListGrantsAsync(null, 10, server.Clock.GetUtcNow()));
    }

    [Fact]
    [Trait("Requirement", "C10")]
    public async Task AStateThatComesTwice_BeforeThePersonConfirmed_LeavesNothingToConfirm()
    {
        var browser = server.Browser();
        var state = await ConsentAsync(browser, Begin());
        var back = await browser.GetAsync($"/oauth/callback/corp?code=alice&state={state}");
        var page = await browser.GetAsync(back.Location);
        await server.Browser().GetAsync($"/oauth/callback/corp?code=alice&state={state}");
        Assert.Equal(400, (await browser.PostAsync("/oauth/confirm", [new("request", page.Hidden("request")), new("decision", "continue")])).Status);
        Assert.Single(server.Journal.Alarms);
    }

    [Fact]
    [Trait("Requirement", "C10")]
    public async Task AStateThatComesTwice_WhileTheProviderIsAsked_LeavesNothingToConfirm()
    {
        var browser = server.Browser();
        var state = await ConsentAsync(browser, Begin());
        server.Providers[0].Meanwhile = async () =>
        {
            server.Providers[0].Meanwhile = () => Task.CompletedTask;
            await server.Browser().GetAsync($"/oauth/callback/corp?code=alice&state={state}");
        };
        Assert.Equal(400, (await browser.GetAsync($"/oauth/callback/corp?code=alice&state={state}")).Status);
        Assert.Single(server.Journal.Alarms);
    }

    [Fact]
    public async Task APersonWhoSaysNo_SendsTheClientAnError_BeforeAndAfterSignIn()
    {
        var browser = server.Browser();
        var page = await browser.GetAsync(Begin());
        var denied = await browser.PostAsync("/oauth/consent", [new("request", page.Hidden("request")), new("decision", "deny")]);
        Assert.Equal("access_denied", PretendAnswer.QueryOf(denied.Leaving)["error"]);
        var confirm = await SignInAsync(browser, Begin());
        var cancelled = await browser.PostAsync("/oauth/confirm", [new("request", confirm.Hidden("request")), new("decision", "deny")]);
        var answer = PretendAnswer.QueryOf(cancelled.Leaving);
        Assert.Equal(("access_denied", Origin, "of-the-client"), (answer["error"], answer["iss"], answer["state"]));
        Assert.Equal(400, (await browser.PostAsync("/oauth/confirm", [new("request", confirm.Hidden("request")), new("decision", "continue")])).Status);
    }

    [Fact]
    public async Task AnotherAccount_AsksTheProviderAgain()
    {
        var browser = server.Browser();
        var page = await SignInAsync(browser, Begin());
        var left = await browser.PostAsync("/oauth/confirm", [new("request", page.Hidden("request")), new("decision", "other")]);
        Assert.StartsWith("https://corp.example/", left.Leaving, StringComparison.Ordinal);
        Assert.True(server.Providers[0].Demand.IsOtherAccount);
    }

    [Fact]
    public async Task AConfirmationOfAnotherSite_OrBrowser_GivesNoCode()
    {
        var browser = server.Browser();
        var page = await SignInAsync(browser, Begin());
        KeyValuePair<string, string>[] yes = [new("request", page.Hidden("request")), new("decision", "continue")];
        Assert.Equal(403, (await browser.PostAsync("/oauth/confirm", yes, "https://attacker.example", "cross-site")).Status);
        Assert.Equal(400, (await server.Browser().PostAsync("/oauth/confirm", yes)).Status);
        Assert.Contains("code=", (await browser.PostAsync("/oauth/confirm", yes)).Leaving, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ThePage_SaysWhatIsNew_SinceTheLastConsent()
    {
        var browser = server.Browser();
        Assert.Contains("alice", (await SignInAsync(browser, Begin())).Body, StringComparison.Ordinal);
        await CompleteAsync(browser, Begin());
        Assert.Equal("", News(await SignInAsync(browser, Begin())));
        var wider = News(await SignInAsync(browser, Begin("editor", ("scope", "read write"))));
        Assert.Contains("write", wider, StringComparison.Ordinal);
        Assert.DoesNotContain("read", wider, StringComparison.Ordinal);
        Assert.Contains("Another account", News(await SignInAsync(browser, Begin(), "bob")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task APreApprovedClient_IsNotAskedBefore_ButAfterSignIn()
    {
        var browser = server.Browser();
        var begun = await browser.GetAsync(Begin("trusted"));
        Assert.Equal(303, begun.Status);
        var back = await browser.GetAsync($"/oauth/callback/corp?code=alice&state={PretendAnswer.QueryOf(begun.Location)["state"]}");
        Assert.Contains("Trusted", (await browser.GetAsync(back.Location)).Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("response_type", "token", "unsupported_response_type")]
    [InlineData("response_type", null, "unsupported_response_type")]
    [InlineData("code_challenge", null, "invalid_request")]
    [InlineData("code_challenge", "short", "invalid_request")]
    [InlineData("code_challenge_method", "plain", "invalid_request")]
    [InlineData("code_challenge_method", null, "invalid_request")]
    [InlineData("resource", "https://other.example/files", "invalid_target")]
    [InlineData("resource", "https://gateway.example/files/", "invalid_target")]
    [InlineData("scope", "admin", "invalid_scope")]
    [InlineData("request", "eyJ", "request_not_supported")]
    [InlineData("request_uri", "https://attacker.example", "request_uri_not_supported")]
    [InlineData("response_mode", "fragment", "invalid_request")]
    [InlineData("prompt", "none", "interaction_required")]
    [InlineData("dpop_jkt", "short", "invalid_request")]
    public async Task AWrongRequestOfAKnownClient_GoesBackToIt(string name, string? value, string error)
    {
        var answer = await server.Browser().GetAsync(Begin("trusted", (name, value)));
        Assert.Equal(303, answer.Status);
        Assert.StartsWith(Callback + "?", answer.Location, StringComparison.Ordinal);
        var query = PretendAnswer.QueryOf(answer.Location);
        Assert.Equal((error, Origin), (query["error"], query["iss"]));
    }

    // Threat: a 307 would have the browser send the form, and with it what the person typed, to the next address (RFC 9700 §4.12).
    // What follows a form to another origin is a page that leaves, because Chromium applies form-action to redirects.
    [Fact]
    public async Task EveryRedirect_Is303()
    {
        var browser = server.Browser();
        AssertRedirect("https://corp.example/", await browser.GetAsync(Begin("trusted")));
        AssertRedirect(Callback, await browser.GetAsync(Begin("trusted", ("scope", "admin"))));
        server.Providers[0].Fault = ProviderErrors.Of("Corp", "access_denied");
        var denied = await ConsentAsync(browser, Begin("mallory"));
        AssertRedirect("http://127.0.0.1/cb", await browser.GetAsync($"/oauth/callback/corp?error=access_denied&state={denied}"));
        server.Providers[0].Fault = null;
        var state = await ConsentAsync(browser, Begin());
        var back = await browser.GetAsync($"/oauth/callback/corp?code=alice&state={state}");
        AssertRedirect(Origin + "/oauth/confirm?s=", back);
        var page = await browser.GetAsync(back.Location);
        var left = await browser.PostAsync("/oauth/confirm", [new("request", page.Hidden("request")), new("decision", "continue")]);
        Assert.Equal((200, ""), (left.Status, left.Location));
        Assert.StartsWith(Callback + "?code=", left.Leaving, StringComparison.Ordinal);

        var toProvider = await browser.GetAsync("/oauth/grants");
        AssertRedirect("https://corp.example/", toProvider);
        var query = PretendAnswer.QueryOf(toProvider.Location);
        AssertRedirect(Origin + "/oauth/grants", await browser.GetAsync($"/oauth/callback/corp?code=alice&state={query["state"]}"));
        var grants = await browser.GetAsync("/oauth/grants");
        Assert.Equal(200, grants.Status);
        var nothing = await browser.PostAsync("/oauth/grants", [new("request", grants.Hidden("request")), new("grant", "any")]);
        AssertRedirect(Origin + "/oauth/grants", nothing);
    }

    private static void AssertRedirect(string address, PretendAnswer answer)
    {
        Assert.Equal(303, answer.Status);
        Assert.StartsWith(address, answer.Location, StringComparison.Ordinal);
    }

    // The section that says what is new; empty without one.
    private static string News(PretendAnswer page)
    {
        Assert.Equal(200, page.Status);
        var begin = page.Body.IndexOf("<section class=\"news\">", StringComparison.Ordinal);
        return begin < 0 ? "" : page.Body[begin..page.Body.IndexOf("</section>", begin, StringComparison.Ordinal)];
    }

    [Fact]
    public async Task ARepeatedParameter_IsAnError()
    {
        var answer = await server.Browser().GetAsync(Begin("trusted") + "&scope=write");
        Assert.Equal("invalid_request", PretendAnswer.QueryOf(answer.Location)["error"]);
        Assert.Equal("of-the-client", PretendAnswer.QueryOf(answer.Location)["state"]);
        Assert.Equal(400, (await server.Browser().GetAsync(Begin() + "&redirect_uri=https%3A%2F%2Fattacker.example")).Status);
        foreach (var order in new[] { Begin("trusted") + "&resource=x", Begin("trusted").Replace("?", "?resource=x&", StringComparison.Ordinal) })
            Assert.Equal("invalid_target", PretendAnswer.QueryOf((await server.Browser().GetAsync(order)).Location)["error"]);
        var twice = PretendAnswer.QueryOf((await server.Browser().GetAsync(Begin("trusted") + "&state=other")).Location);
        Assert.Equal(("invalid_request", false), (twice["error"], twice.ContainsKey("state")));
        Assert.Equal(400, (await server.Browser().GetAsync(Begin() + "&client_id=mallory")).Status);
    }

    [Fact]
    public async Task WhatTheProviderRefuses_IsSaidInWords_AndAnAttackIsAnAlarm()
    {
        var browser = server.Browser();
        server.Providers[0].Fault = new SignInFault("issuer-mismatch", "The answer is not of the provider.", IsAttack: true);
        var page = await browser.GetAsync($"/oauth/callback/corp?code=alice&state={await ConsentAsync(browser, Begin())}");
        Assert.Equal(400, page.Status);
        Assert.Contains("The answer is not of the provider.", page.Body, StringComparison.Ordinal);
        Assert.Equal("issuer-mismatch", Assert.Single(server.Journal.Alarms));
    }

    [Fact]
    public async Task NothingThatIsSecret_IsInTheRecord()
    {
        var browser = server.Browser();
        var answer = PretendAnswer.QueryOf(await CompleteAsync(browser, Begin()));
        Assert.DoesNotContain(answer["code"], server.Journal.Text, StringComparison.Ordinal);
        foreach (var cookie in browser.Cookies.Values) Assert.DoesNotContain(cookie, server.Journal.Text, StringComparison.Ordinal);
    }
}
