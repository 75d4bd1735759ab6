using Gatehouse.AuthorizationServer.Tokens;
using Gatehouse.Identity.Revocations;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Testing;

namespace Gatehouse.AuthorizationServer.Tests.Tokens;

[Trait("Requirement", "C17")]
[Trait("NoRetry", "yes")]
public sealed class RefreshRotationTests : IDisposable
{
    private readonly TokenBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task EachUse_GivesAnotherToken()
    {
        var first = await bench.SignInAsync();
        var second = await bench.RefreshAsync(first.Refresh);
        var third = await bench.RefreshAsync(second.Refresh);
        Assert.Equal(3, new[] { first.Refresh, second.Refresh, third.Refresh }.Distinct().Count());
        Assert.Equal(("read write", "600"), (third["scope"], third["expires_in"]));
        Assert.Empty(bench.Journal.Alarms);
    }

    [Fact]
    public async Task WithinTheGrace_TheSameClientGetsTheVerySameSuccessor()
    {
        var first = await bench.SignInAsync();
        var all = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(() => bench.RefreshAsync(first.Refresh))));
        bench.Clock.Advance(TimeSpan.FromSeconds(10));
        var late = await bench.RefreshAsync(first.Refresh);
        Assert.Single(all.Append(late).Select(received => (received.Access, received.Refresh)).Distinct());
        Assert.Equal("590", late["expires_in"]);
        Assert.Equal(200, (await bench.RefreshAsync(late.Refresh)).Status);
        Assert.Empty(bench.Journal.Alarms);
    }

    // Threat: the name goes to another issuer, such as after the former one was broken into, and tokens of the former one's people go on.
    [Fact]
    public async Task AGrantOfAProviderWhoseNameGoesToAnotherIssuer_GivesNoMoreTokens()
    {
        bench.Person = bench.Person with { Issuer = "https://corp.example" };
        var received = await bench.SignInAsync();
        var before = bench.Settings;
        bench.Settings = before with { Providers = [TokenBench.Provider("corp") with { Issuer = "https://next.example" }] };
        Assert.Equal("invalid_grant", (await bench.RefreshAsync(received.Refresh)).Error);
        bench.Settings = before;
        Assert.Equal(200, (await bench.RefreshAsync(received.Refresh)).Status);
    }

    [Fact]
    public async Task AGrantOfAProviderThatWasRemoved_GivesNoMoreTokens()
    {
        var (first, code) = (await bench.SignInAsync(), await bench.CodeAsync());
        var before = bench.Settings;
        bench.Settings = before with { Providers = [TokenBench.Provider("other")] };
        Assert.Equal("invalid_grant", (await bench.RefreshAsync(first.Refresh)).Error);
        Assert.Equal("invalid_grant", (await bench.RedeemAsync(code)).Error);
        bench.Settings = before;
        Assert.Equal(200, (await bench.RefreshAsync(first.Refresh)).Status); // a fault of the configuration ends nothing
        Assert.Empty(bench.Journal.Alarms);
    }

    [Fact]
    public async Task ATokenWhoseSuccessorWasUsed_EndsTheGrant_WithinTheGraceToo()
    {
        var first = await bench.SignInAsync();
        var second = await bench.RefreshAsync(first.Refresh);
        var third = await bench.RefreshAsync(second.Refresh);
        Assert.Equal("invalid_grant", (await bench.RefreshAsync(first.Refresh)).Error);
        Assert.Equal("invalid_grant", (await bench.RefreshAsync(third.Refresh)).Error);
        Assert.Equal([GrantCauses.RefreshReuse], bench.Journal.Alarms);
    }

    [Fact]
    public async Task AfterTheGrace_TheGrantEnds_WithOneAlarm()
    {
        var first = await bench.SignInAsync();
        var second = await bench.RefreshAsync(first.Refresh);
        bench.Clock.Advance(TimeSpan.FromSeconds(10) + TimeSpan.FromMilliseconds(1));
        var all = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => bench.RefreshAsync(first.Refresh))));
        Assert.All(all, received => Assert.Equal("invalid_grant", received.Error));
        Assert.Equal("invalid_grant", (await bench.RefreshAsync(second.Refresh)).Error);
        Assert.Equal([GrantCauses.RefreshReuse], bench.Journal.Alarms);
        Assert.Single(bench.Ended.Distinct());
    }

    [Fact]
    public async Task WithoutGrace_ASecondUseEndsTheGrant()
    {
        bench.Settings = bench.Settings with { RefreshGrace = TimeSpan.Zero };
        var first = await bench.SignInAsync();
        await bench.RefreshAsync(first.Refresh);
        Assert.Equal("invalid_grant", (await bench.RefreshAsync(first.Refresh)).Error);
        Assert.Equal([GrantCauses.RefreshReuse], bench.Journal.Alarms);
    }

    [Fact]
    public async Task ATokenThatIsLongSpent_StillEndsTheGrant()
    {
        var first = await bench.SignInAsync();
        var latest = first;
        for (var count = 0; count < 100; count++)
        {
            bench.Clock.Advance(TimeSpan.FromMinutes(10));
            latest = await bench.RefreshAsync(latest.Refresh);
        }

        Assert.Equal("invalid_grant", (await bench.RefreshAsync(first.Refresh)).Error);
        Assert.Equal("invalid_grant", (await bench.RefreshAsync(latest.Refresh)).Error);
        Assert.Equal([GrantCauses.RefreshReuse], bench.Journal.Alarms);
    }

    [Fact]
    public async Task ASpentTokenOfAnotherClient_EndsTheGrant_WithinTheGraceToo()
    {
        var first = await bench.SignInAsync();
        await bench.RefreshAsync(first.Refresh);
        Assert.Equal("invalid_grant", (await bench.RefreshAsync(first.Refresh, ("client_id", TokenBench.Other.Id))).Error);
        Assert.Equal([GrantCauses.RefreshReuse], bench.Journal.Alarms);
    }

    [Fact]
    public async Task AnotherClient_GetsNothing_AndSpendsNothing()
    {
        var first = await bench.SignInAsync();
        Assert.Equal("invalid_grant", (await bench.RefreshAsync(first.Refresh, ("client_id", TokenBench.Other.Id))).Error);
        Assert.Equal(200, (await bench.RefreshAsync(first.Refresh)).Status);
        Assert.Empty(bench.Journal.Alarms);
    }

    [Fact]
    public async Task AScope_CanBeNarrowedForOneToken_AndNeverWidened()
    {
        var first = await bench.SignInAsync();
        var narrow = await bench.RefreshAsync(first.Refresh, ("scope", "read"));
        Assert.Equal("read", narrow["scope"]);
        Assert.Equal("invalid_scope", (await bench.RefreshAsync(narrow.Refresh, ("scope", "read admin"))).Error);
        Assert.Equal("read write", (await bench.RefreshAsync(narrow.Refresh))["scope"]);
    }

    [Fact]
    public async Task AResource_CanBeNamed_AndNotChanged()
    {
        var first = await bench.SignInAsync();
        Assert.Equal("invalid_target", (await bench.RefreshAsync(first.Refresh, ("resource", "https://gateway.example/mail"))).Error);
        Assert.Equal(200, (await bench.RefreshAsync(first.Refresh, ("resource", TokenBench.Resource))).Status);
    }

    [Fact]
    public async Task AResourceThatIsServedNoLonger_GetsNoTokens_WithinTheGraceNeither()
    {
        var first = await bench.SignInAsync();
        var second = await bench.RefreshAsync(first.Refresh);
        bench.Resources.Clear();
        Assert.Equal("invalid_target", (await bench.RefreshAsync(second.Refresh)).Error);
        Assert.Equal("invalid_target", (await bench.RefreshAsync(first.Refresh)).Error);
        Assert.Empty(bench.Journal.Alarms);
    }

    [Theory]
    [InlineData("resource", "https://gateway.example/mail", "invalid_target")]
    [InlineData("scope", "read write admin", "invalid_scope")]
    public async Task AWrongRequest_HasTheSameAnswerBeforeTheUseAndWithinTheGrace_AndEndsTheGrantAfterIt(string name, string value, string error)
    {
        var first = await bench.SignInAsync();
        var before = await bench.RefreshAsync(first.Refresh, (name, value), (":proof", "no proof"));
        var second = await bench.RefreshAsync(first.Refresh);
        bench.Clock.Advance(TimeSpan.FromSeconds(10));
        var within = await bench.RefreshAsync(first.Refresh, (name, value), (":proof", "no proof"));
        Assert.Equal((error, before.Body, before.Nonce), (before.Error, within.Body, within.Nonce));
        Assert.Empty(bench.Journal.Alarms);
        Assert.Equal(second.Refresh, (await bench.RefreshAsync(first.Refresh)).Refresh);
        bench.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("invalid_grant", (await bench.RefreshAsync(first.Refresh, (name, value))).Error);
        Assert.Equal("invalid_grant", (await bench.RefreshAsync(second.Refresh)).Error);
        Assert.Equal([GrantCauses.RefreshReuse], bench.Journal.Alarms);
    }

    [Fact]
    public async Task AWrongRequest_IsRecordedInThePartOfItsAddressBlock()
    {
        var first = await bench.SignInAsync();
        await bench.RefreshAsync(first.Refresh, ("resource", "https://gateway.example/mail"));
        await bench.RefreshAsync(first.Refresh, ("scope", "admin"));
        Assert.Equal(["oauth.refused", "oauth.refused"], bench.Journal.Strangers);
        Assert.Contains("(why, refresh-for-another-resource)", bench.Journal.Text, StringComparison.Ordinal);
        Assert.Contains("(why, refresh-with-wider-scope)", bench.Journal.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("resource", "https://gateway.example/mail")]
    [InlineData("scope", "read write admin")]
    public async Task AThiefWhoAsksWithAWrongRequest_DoesNotFollowTheClient(string name, string value)
    {
        var client = await bench.SignInAsync();
        var stolen = client.Refresh;
        for (var time = 0; time < 60; time++)
        {
            Assert.Equal(400, (await bench.RefreshAsync(stolen, (name, value))).Status);
            bench.Clock.Advance(TimeSpan.FromSeconds(9));
        }

        client = await bench.RefreshAsync(client.Refresh);
        bench.Clock.Advance(TimeSpan.FromSeconds(8));
        Assert.Equal(400, (await bench.RefreshAsync(stolen, (name, value))).Status);
        Assert.Empty(bench.Journal.Alarms);
        bench.Clock.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(400, (await bench.RefreshAsync(stolen, (name, value))).Status);
        Assert.Equal([GrantCauses.RefreshReuse], bench.Journal.Alarms);
        Assert.Equal("invalid_grant", (await bench.RefreshAsync(client.Refresh)).Error);
    }

    [Fact]
    public async Task WithinTheGrace_AnotherScopeOfTheGrantIsNotTheSameRequest_AndEndsTheGrant()
    {
        var first = await bench.SignInAsync();
        var second = await bench.RefreshAsync(first.Refresh, ("scope", "read"));
        Assert.Equal(second.Refresh, (await bench.RefreshAsync(first.Refresh, ("scope", "read"), ("resource", TokenBench.Resource))).Refresh);
        Assert.Equal("invalid_grant", (await bench.RefreshAsync(first.Refresh)).Error);
        Assert.Equal("invalid_grant", (await bench.RefreshAsync(second.Refresh)).Error);
        Assert.Equal([GrantCauses.RefreshReuse], bench.Journal.Alarms);
    }

    [Fact]
    public async Task WithinTheGrace_AGrantWithoutScopes_GetsTheSameSuccessor()
    {
        var first = await bench.SignInAsync(request => request with { Scopes = [] });
        var second = await bench.RefreshAsync(first.Refresh);
        Assert.Equal(second.Refresh, (await bench.RefreshAsync(first.Refresh)).Refresh);
    }

    [Fact]
    public async Task AtItsEnd_AGrantGivesNoTokens_AndNoTokenIsLongerThanIt()
    {
        bench.Settings = bench.Settings with { GrantLife = TimeSpan.FromHours(1) };
        var first = await bench.SignInAsync();
        bench.Clock.Advance(TimeSpan.FromMinutes(55));
        var second = await bench.RefreshAsync(first.Refresh);
        Assert.Equal("300", second["expires_in"]);
        bench.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("invalid_grant", (await bench.RefreshAsync(second.Refresh)).Error);
        Assert.Empty(bench.Journal.Alarms);
    }

    [Fact]
    public async Task APersonThatAnAdministratorRevoked_GetsNoTokens()
    {
        var first = await bench.SignInAsync();
        var now = bench.Clock.GetUtcNow();
        bench.Revocations.Revoke(new Revocation(RevocationKind.Subject, TokenBench.Issuer, "corp:alice", now, now.AddDays(7)));
        Assert.Equal("invalid_grant", (await bench.RefreshAsync(first.Refresh)).Error);
    }

    // Signed tokens are judged by their moment: one that was made while the person was revoked would be younger than the revocation.
    [Theory]
    [InlineData(RevocationKind.Subject, "corp:alice", false)]
    [InlineData(RevocationKind.Client, "https://client.example/client.json", false)]
    [InlineData(RevocationKind.Subject, "corp:alice", true)]
    public async Task TokensThatAreMadeWhileARevocationComesIntoForce_DoNotLeave(RevocationKind kind, string value, bool isOfCode)
    {
        bench.Settings = bench.Settings with { AccessTokens = AccessTokenFormat.Jwt };
        var (first, code) = (await bench.SignInAsync(), await bench.CodeAsync());
        bench.Clock.Advance(TimeSpan.FromMinutes(1));
        var now = bench.Clock.GetUtcNow();
        bench.Grants.BeforeSpend = () => bench.Revocations.Revoke(new Revocation(kind, TokenBench.Issuer, value, now, now.AddDays(7)));
        var answer = await (isOfCode ? bench.RedeemAsync(code) : bench.RefreshAsync(first.Refresh));
        Assert.Equal(("invalid_grant", null), (answer.Error, answer["access_token"]));
    }

    [Fact]
    [Trait("Requirement", "B28")]
    public async Task TokensInTheStore_OpenOnlyWithTheTokenThatWasPresented()
    {
        var first = await bench.SignInAsync();
        var second = await bench.RefreshAsync(first.Refresh);
        var digest = CredentialText.Digest(first.Refresh);
        var spent = await bench.Grants.SpendAsync(CredentialKind.RefreshToken, digest, default, [], null, 1, bench.Clock.GetUtcNow());

        // The seal of the ring opens; the layer below needs the token itself, of which the store has the digest.
        var facts = bench.Parts.Facts.Open<SuccessorFacts>(Purposes.Successor, Purposes.Owner(digest), spent.Successor);
        Assert.NotNull(facts);
        Assert.DoesNotContain(second.Refresh[4..], System.Text.Encoding.Latin1.GetString(facts.Tokens), StringComparison.Ordinal);
        Assert.Null(SuccessorSeal.Open(second.Refresh, facts));
        Assert.Equal(second.Refresh, SuccessorSeal.Open(first.Refresh, facts)!.Refresh.Reveal().ToString());
    }

    [Fact]
    public async Task ARefreshWithoutEnd_LeavesABoundedNumberOfAccessTokensInForce()
    {
        var latest = await bench.SignInAsync();
        var access = new List<string> { latest.Access };
        for (var count = 0; count < 40; count++)
            access.Add((latest = await bench.RefreshAsync(latest.Refresh)).Access);
        var inForce = 0;
        foreach (var token in access)
            inForce += await new AccessTokens(bench.Parts).FindAsync(token, TestContext.Current.CancellationToken) is null ? 0 : 1;
        Assert.Equal(TokenMint.MostAccessTokens, inForce);
    }

    [Fact]
    public async Task ATokenBoundToAKey_NeedsThatKey_AndAnotherOneEndsTheGrantWhenItIsSpent()
    {
        using var key = new DPoPProofMaker(bench.Clock);
        using var thief = new DPoPProofMaker(bench.Clock);
        var first = await bench.RedeemAsync(await bench.CodeAsync(), (":proof", Proof(key)));
        Assert.Equal("DPoP", first["token_type"]);
        Assert.Equal("invalid_dpop_proof", (await bench.RefreshAsync(first.Refresh)).Error);
        Assert.Equal("invalid_dpop_proof", (await bench.RefreshAsync(first.Refresh, (":proof", Proof(thief)))).Error);
        var second = await bench.RefreshAsync(first.Refresh, (":proof", Proof(key)));
        Assert.Equal("DPoP", second["token_type"]);
        Assert.Equal(second.Refresh, (await bench.RefreshAsync(first.Refresh, (":proof", Proof(key)))).Refresh);
        Assert.Empty(bench.Journal.Alarms);
        Assert.Equal("invalid_grant", (await bench.RefreshAsync(first.Refresh, (":proof", Proof(thief)))).Error);
        Assert.Equal([GrantCauses.RefreshReuse], bench.Journal.Alarms);
    }

    private static string Proof(DPoPProofMaker key) => key.Make("POST", TokenBench.Issuer + "/oauth/token", token: null);
}
