using Gatehouse.AuthorizationServer.Tokens;
using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.ProofOfPossession;
using Gatehouse.Identity.Revocations;
using Gatehouse.Identity.Tokens;
using Gatehouse.Identity.Validation;
using Gatehouse.Settings;
using Gatehouse.Testing;

namespace Gatehouse.AuthorizationServer.Tests.Tokens;

/// <summary>The gateway's validator takes the gateway's own tokens, by the rules of every other issuer.</summary>
[Trait("NoRetry", "yes")]
public sealed class OwnTokensTests : IDisposable
{
    private readonly TokenBench bench = new();
    private readonly VerifiedTokenCache cache = new();
    private readonly TokenValidator validator;

    public OwnTokensTests() =>
        validator = new TokenValidator([OwnIssuer.Create(bench.Parts, () => 25)], bench.Revocations, cache, bench.Clock, bench.Parts.Proofs);

    public void Dispose() => bench.Dispose();

    // Threat: a client sends a refresh token or code as an access token, and the gateway shows it to the issuer that it asks about opaque tokens.
    [Fact]
    public async Task EveryCredential_IsOneOfTheGateway_AndNoneButAnAccessTokenLetsIn()
    {
        var received = await bench.SignInAsync();
        var code = await bench.CodeAsync();
        var lookup = OwnIssuer.Create(bench.Parts, () => 25).OpaqueTokens!;
        foreach (var credential in new[] { received.Access, received.Refresh, code }) Assert.True(lookup.IsOwn(credential));
        foreach (var credential in new[] { received.Refresh, code })
            Assert.Equal(TokenRefusal.NotActive, (await ValidateAsync(credential)).Refusal);
    }

    [Theory]
    [InlineData(AccessTokenFormat.Opaque)]
    [InlineData(AccessTokenFormat.Jwt)]
    public async Task AnAccessToken_IsGoodForItsResource_WithTheClaimsOfThePerson(AccessTokenFormat format)
    {
        bench.Settings = bench.Settings with { AccessTokens = format };
        bench.Person = bench.Person with { GroupsIncomplete = true, AuthenticatedAt = bench.Clock.GetUtcNow() };
        var access = (await bench.SignInAsync()).Access;
        Assert.Equal(format == AccessTokenFormat.Jwt, access.Contains('.', StringComparison.Ordinal));
        var token = (await ValidateAsync(access)).Token!;
        Assert.Equal((TokenBench.Issuer, "corp:alice", TokenBench.Public.Id), (token.Issuer, token.Subject, token.ClientId));
        Assert.Equal((bench.Clock.GetUtcNow().AddMinutes(10), "mfa"), (token.ExpiresAt, token.AuthenticationContext));
        Assert.Equal(["read", "write"], token.Scopes);
        Assert.Equal(["reader"], token.Roles);
        Assert.Equal(["staff"], token.Groups);
        Assert.Equal(["pwd", "otp"], token.AuthenticationMethods);
        Assert.True(token.GroupsIncomplete);
        Assert.False(token.IsApplication);
        Assert.NotNull(token.TokenId);
        Assert.Contains(token.SessionId!, bench.Journal.Text, StringComparison.Ordinal);
        Assert.True(token.TryGetClaim("auth_time", out _));
    }

    [Theory]
    [InlineData(AccessTokenFormat.Opaque)]
    [InlineData(AccessTokenFormat.Jwt)]
    public async Task AnotherResource_AnEndedGrant_AndTime_EndAToken(AccessTokenFormat format)
    {
        bench.Settings = bench.Settings with { AccessTokens = format };
        var received = await bench.SignInAsync();
        Assert.Equal(TokenRefusal.AudienceMismatch, (await ValidateAsync(received.Access, "https://gateway.example/mail")).Refusal);
        Assert.True((await ValidateAsync(received.Access)).IsVerified);
        await TokenBench.SendAsync(bench.Revocation.AnswerAsync, [("token", received.Refresh), ("client_id", TokenBench.Public.Id)]);
        Assert.Equal(TokenRefusal.Revoked, (await ValidateAsync(received.Access)).Refusal);
        var second = await bench.SignInAsync();
        Assert.True((await ValidateAsync(second.Access)).IsVerified);
        bench.Clock.Advance(TimeSpan.FromMinutes(10) + TimeSpan.FromSeconds(5));
        Assert.Equal(TokenRefusal.Expired, (await ValidateAsync(second.Access)).Refusal);
    }

    [Fact]
    public async Task AnOpaqueToken_CostsOneLookUp_HoweverOftenItIsUsed()
    {
        var access = (await bench.SignInAsync()).Access;
        var before = bench.Grants.Finds;
        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(() => ValidateAsync(access))));
        for (var count = 0; count < 100; count++)
            Assert.True((await ValidateAsync(access)).IsVerified);
        Assert.Equal(before + 1, bench.Grants.Finds);
    }

    [Fact]
    public async Task RefreshTokens_Codes_AndUnknownTokens_AreNoAccessTokens()
    {
        var received = await bench.SignInAsync();
        foreach (var text in new[] { received.Refresh, await bench.CodeAsync() })
            Assert.False((await ValidateAsync(text)).IsVerified);
        var unknown = CredentialText.New(CredentialText.AccessPrefix).Reveal().ToString();
        Assert.Equal(TokenRefusal.NotActive, (await ValidateAsync(unknown)).Refusal);
        Assert.Equal(TokenRefusal.NotActive, (await ValidateAsync(unknown + "x")).Refusal);
    }

    [Fact]
    public async Task ATokenBoundToAKey_NeedsItsProof()
    {
        using var key = new DPoPProofMaker(bench.Clock);
        var proof = key.Make("POST", TokenBench.Issuer + "/oauth/token", null);
        var access = (await bench.RedeemAsync(await bench.CodeAsync(), (":proof", proof))).Access;
        Assert.Equal(TokenRefusal.SenderConstrained, (await ValidateAsync(access)).Refusal);
        var evidence = new PossessionEvidence { Scheme = TokenScheme.DPoP, Method = "POST", Proof = key.Make("POST", TokenBench.Resource, access) };
        var use = new TokenUse(TokenBench.Resource) { Evidence = evidence };
        Assert.True((await validator.ValidateAsync(new AccessTokenValue(access), use, TestContext.Current.CancellationToken)).IsVerified);
    }

    [Fact]
    public async Task AStoreThatFails_LetsNoCallerIn_AndForgetsNobodyItKnows()
    {
        var known = (await bench.SignInAsync()).Access;
        var fresh = (await bench.SignInAsync()).Access;
        Assert.True((await ValidateAsync(known)).IsVerified);
        bench.Grants.IsBroken = true;
        Assert.Equal(TokenRefusal.KeysUnavailable, (await ValidateAsync(fresh)).Refusal);
        Assert.True((await ValidateAsync(known)).IsVerified);
        bench.Grants.IsBroken = false;
        Assert.True((await ValidateAsync(fresh)).IsVerified);
    }

    [Fact]
    public async Task ALostKeyRing_EndsTokens()
    {
        var access = (await bench.SignInAsync()).Access;
        using var other = new TokenBench(bench.Grants, bench.Clock);
        var validator = new TokenValidator([OwnIssuer.Create(other.Parts, () => 25)], other.Revocations, cache, other.Clock);
        var result = await validator.ValidateAsync(new AccessTokenValue(access), TokenBench.Resource, TestContext.Current.CancellationToken);
        Assert.Equal(TokenRefusal.NotActive, result.Refusal);
    }

    [Fact]
    public async Task ALostStore_EndsTokens_AndPeopleSignInAgain()
    {
        var received = await bench.SignInAsync();
        using var other = new TokenBench();
        var validator = new TokenValidator([OwnIssuer.Create(other.Parts, () => 25)], other.Revocations, cache, other.Clock);
        var token = new AccessTokenValue(received.Access);
        var result = await validator.ValidateAsync(token, TokenBench.Resource, TestContext.Current.CancellationToken);
        Assert.Equal(TokenRefusal.NotActive, result.Refusal);
        Assert.Equal("invalid_grant", (await other.RefreshAsync(received.Refresh)).Error);
        Assert.Equal(200, (await other.RedeemAsync(await other.CodeAsync())).Status);
    }

    private async Task<TokenResult> ValidateAsync(string token, string resource = TokenBench.Resource) =>
        await validator.ValidateAsync(new AccessTokenValue(token), resource, TestContext.Current.CancellationToken);
}
