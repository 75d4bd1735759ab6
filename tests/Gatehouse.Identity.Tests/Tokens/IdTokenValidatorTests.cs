using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Issuers;
using Gatehouse.Identity.Tests.Shapes;
using Gatehouse.Identity.Tests.Support;
using Gatehouse.Identity.Tokens;
using Gatehouse.Identity.Validation;
using Gatehouse.Testing;

namespace Gatehouse.Identity.Tests.Tokens;

/// <summary>ID tokens that the gateway gets as a client of a provider (OpenID Connect Core §3.1.3.7).</summary>
public sealed class IdTokenValidatorTests
{
    private const string Issuer = "https://login.example/tenant";
    private const string Client = "gateway";
    private const string Nonce = "nonce-of-this-sign-in";
    private const string AccessToken = "access-token";

    private static readonly TestKey Key = TestKey.Es256("es");
    private static readonly TestKey LongKey = TestKey.Es384("es384");
    private readonly ManualTimeProvider clock = new();

    [Fact]
    public async Task Reads_ThePersonAndHowThePersonAuthenticated()
    {
        var draft = Draft();
        draft.Claims["acr"] = "urn:strong";
        draft.Claims["amr"] = new JsonArray("pwd", "otp");
        draft.Claims["auth_time"] = clock.GetUtcNow().ToUnixTimeSeconds();
        draft.Claims["hasgroups"] = true;
        var token = (await ValidateAsync(draft)).Token!;
        Assert.Equal(("alice", "urn:strong", true), (token.Subject, token.AuthenticationContext, token.GroupsIncomplete));
        Assert.Equal(["pwd", "otp"], token.AuthenticationMethods);
        Assert.Equal(clock.GetUtcNow(), token.AuthenticatedAt);
        Assert.Equal("alice", token.ToString());
    }

    [Theory]
    [InlineData("iss", "https://login.example/tenant/", nameof(IdTokenRefusal.IssuerMismatch))]
    [InlineData("aud", "other", nameof(IdTokenRefusal.AudienceMismatch))]
    [InlineData("azp", "other", nameof(IdTokenRefusal.PartyMismatch))]
    [InlineData("nonce", "other", nameof(IdTokenRefusal.NonceMismatch))]
    [InlineData("nonce", "", nameof(IdTokenRefusal.NonceMismatch))]
    [InlineData("at_hash", "", nameof(IdTokenRefusal.AccessTokenMismatch))]
    [InlineData("sub", " ", nameof(IdTokenRefusal.SubjectMissing))]
    [InlineData("sub", "alice\n", nameof(IdTokenRefusal.SubjectMissing))]
    [InlineData("exp", "tomorrow", nameof(IdTokenRefusal.Malformed))]
    [InlineData("auth_time", "2026-01-01", nameof(IdTokenRefusal.Malformed))]
    public async Task Refuses_OneChangeOfAGoodToken(string claim, string value, string refusal)
    {
        var draft = Draft();
        draft.Claims[claim] = value;
        Assert.Equal(refusal, (await ValidateAsync(draft)).Refusal?.ToString());
    }

    [Theory]
    [InlineData("iss", nameof(IdTokenRefusal.IssuerMismatch))]
    [InlineData("aud", nameof(IdTokenRefusal.AudienceMismatch))]
    [InlineData("nonce", nameof(IdTokenRefusal.NonceMismatch))]
    [InlineData("sub", nameof(IdTokenRefusal.SubjectMissing))]
    [InlineData("exp", nameof(IdTokenRefusal.Malformed))]
    [InlineData("iat", nameof(IdTokenRefusal.Malformed))]
    public async Task Refuses_ATokenWithoutAClaimThatEveryIdTokenHas(string claim, string refusal)
    {
        var draft = Draft();
        draft.Claims.Remove(claim);
        Assert.Equal(refusal, (await ValidateAsync(draft)).Refusal?.ToString());
    }

    [Fact]
    public async Task Takes_SeveralAudiencesOnlyFromAClientThatAskedForIt()
    {
        var draft = Draft();
        draft.Claims["aud"] = new JsonArray("other", Client);
        Assert.Equal(IdTokenRefusal.PartyMismatch, (await ValidateAsync(draft)).Refusal);
        draft.Claims["azp"] = Client;
        Assert.True((await ValidateAsync(draft)).IsVerified);
    }

    [Theory]
    [InlineData("ES256", 16)]
    [InlineData("ES384", 24)]
    public async Task Holds_TheAccessTokenToTheHashOfTheAlgorithm(string algorithm, int half)
    {
        var draft = Draft(algorithm == "ES384" ? LongKey : Key);
        var token = Encoding.ASCII.GetBytes(AccessToken);
        var digest = algorithm == "ES384" ? SHA384.HashData(token) : SHA256.HashData(token);
        draft.Claims["at_hash"] = Base64Url.EncodeToString(digest.AsSpan(0, half));
        Assert.True((await ValidateAsync(draft)).IsVerified);
        Assert.Equal(IdTokenRefusal.AccessTokenMismatch, (await ValidateAsync(draft, accessToken: "another")).Refusal);
    }

    [Fact]
    public async Task Holds_TheTimesToTheClockWithItsTolerance()
    {
        var draft = Draft();
        clock.Advance(TimeSpan.FromMinutes(5) + IssuerProfile.DefaultClockSkew - TimeSpan.FromSeconds(1));
        Assert.True((await ValidateAsync(draft)).IsVerified);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(IdTokenRefusal.Expired, (await ValidateAsync(draft)).Refusal);
        var early = Draft();
        early.Claims["nbf"] = clock.GetUtcNow().AddMinutes(2).ToUnixTimeSeconds();
        Assert.Equal(IdTokenRefusal.NotYetValid, (await ValidateAsync(early)).Refusal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.b")]
    [InlineData("not a token")]
    [InlineData("\u00e9\u00e9.\u00e9\u00e9.\u00e9\u00e9")]
    public async Task Refuses_WhatIsNoToken(string text) => Assert.Equal(IdTokenRefusal.Malformed, (await ValidateAsync(text)).Refusal);

    [Fact]
    public async Task Refuses_ATokenThatIsTooLarge()
    {
        var draft = Draft();
        draft.Claims["padding"] = new string('x', BearerCredential.MaxTokenLength);
        Assert.Equal(IdTokenRefusal.Malformed, (await ValidateAsync(draft)).Refusal);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("HS256")]
    [InlineData("es256")]
    [InlineData("ES256K")]
    public async Task Refuses_AnAlgorithmThatIsNotListed(string algorithm)
    {
        var draft = Draft();
        draft.Header["alg"] = algorithm;
        draft.Signer = input => HMACSHA256.HashData(Key.PublicKeyPem(), Encoding.ASCII.GetBytes(input));
        Assert.Equal(IdTokenRefusal.AlgorithmNotAllowed, (await ValidateAsync(draft)).Refusal);
    }

    [Fact]
    public async Task Says_ThatKeysAreNotThere()
    {
        var keys = new FakeIssuerKeys(TestKeySet.Of(Key));
        keys.Replace(null);
        var validator = new IdTokenValidator(new IssuerProfile { Issuer = Issuer }, keys, clock);
        var result = await validator.ValidateAsync(Draft().Write(), Expected(AccessToken), TestContext.Current.CancellationToken);
        Assert.Equal(IdTokenRefusal.KeyUnavailable, result.Refusal);
    }

    // The key set of a common endpoint has a key of one tenant; a token of another tenant that it signed is forged.
    [Fact]
    public async Task Refuses_ATokenOfEntraThatTheKeyOfAnotherTenantSigned()
    {
        var keys = new FakeIssuerKeys(JsonWebKeySet.Parse(EntraDraft.KeySet()));
        var validator = new IdTokenValidator(EntraDraft.OneTenant(), keys, clock);
        var expected = new IdTokenExpectation(EntraDraft.Api, Nonce, AccessToken);
        var draft = EntraDraft.IdToken(clock);
        draft.Claims["nonce"] = Nonce;
        var good = await validator.ValidateAsync(draft.Write(), expected, TestContext.Current.CancellationToken);
        Assert.Equal($"{EntraDraft.Person}@{EntraDraft.Tenant}", good.Token?.Subject);
        draft.Key = EntraDraft.KeyOfSecondTenant;
        draft.Header["kid"] = draft.Key.KeyId;
        var forged = await validator.ValidateAsync(draft.Write(), expected, TestContext.Current.CancellationToken);
        Assert.Equal(IdTokenRefusal.TenantMismatch, forged.Refusal);
    }

    [Fact]
    public void Shows_NoSecretOfTheSignIn() => Assert.Equal(Client, Expected(AccessToken).ToString());

    private static IdTokenExpectation Expected(string accessToken) => new(Client, Nonce, accessToken);

    private TokenDraft Draft(TestKey? key = null)
    {
        var draft = new TokenDraft(key ?? Key, Issuer, Client, clock.GetUtcNow());
        draft.Header["typ"] = "JWT";
        draft.Claims.Remove("client_id");
        draft.Claims["nonce"] = Nonce;
        return draft;
    }

    private Task<IdTokenResult> ValidateAsync(TokenDraft draft, string accessToken = AccessToken) => ValidateAsync(draft.Write(), accessToken);

    private async Task<IdTokenResult> ValidateAsync(string token, string accessToken = AccessToken)
    {
        var validator = new IdTokenValidator(new IssuerProfile { Issuer = Issuer }, new FakeIssuerKeys(TestKeySet.Of(Key, LongKey)), clock);
        return await validator.ValidateAsync(token, Expected(accessToken), TestContext.Current.CancellationToken);
    }
}
