using System.Text.Json.Nodes;
using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Issuers;
using Gatehouse.Identity.Revocations;
using Gatehouse.Identity.Tests.Support;
using Gatehouse.Identity.Tokens;
using Gatehouse.Identity.Validation;
using Gatehouse.Testing;

namespace Gatehouse.Identity.Tests.Shapes;

/// <summary>Tokens with the claims that the documentation of AD FS lists. The real one never ran here.</summary>
public sealed class AdFsTokenTests
{
    private const string Issuer = "https://fs.contoso.example/adfs";
    private const string TokenIssuer = "http://fs.contoso.example/adfs/services/trust";
    private const string Resource = "https://gateway.example/mcp";
    private static readonly TestKey Key = TestKey.Rs256("adfs-1");

    private readonly ManualTimeProvider clock = new();

    [Fact]
    public async Task Reads_ThePersonTheClientAndSingleOrSeveralGroups()
    {
        var one = await ValidateAsync(Draft());
        Assert.True(one.IsVerified, one.Refusal?.ToString());
        Assert.Equal("alice@contoso.example", one.Token.Subject);
        Assert.Equal(Issuer, one.Token.Issuer);
        Assert.Equal("native-client", one.Token.ClientId);
        Assert.Equal(["mcp"], one.Token.Scopes);
        Assert.Equal(["CONTOSO\\Operators"], one.Token.Groups);
        Assert.Equal(["reader", "caller"], one.Token.Roles);
        Assert.False(one.Token.IsApplication);

        var several = Draft();
        several.Claims["group"] = new JsonArray("a", "b");
        Assert.Equal(["a", "b"], (await ValidateAsync(several)).Token!.Groups);
    }

    [Fact]
    [Trait("Requirement", "AZ-10")]
    public async Task Reads_SeveralFactors_InTheFormOfAdFs()
    {
        var draft = Draft();
        draft.Claims["amr"] = "http://schemas.microsoft.com/claims/multipleauthn";
        Assert.Contains("mfa", (await ValidateAsync(draft)).Token!.AuthenticationMethods);
        draft.Claims["amr"] = "http://schemas.microsoft.com/ws/2008/06/identity/authenticationmethod/password";
        Assert.DoesNotContain("mfa", (await ValidateAsync(draft)).Token!.AuthenticationMethods);
    }

    [Fact]
    public async Task Takes_AConfidentialClientWithoutAPersonForAnApplication()
    {
        var draft = Draft();
        draft.Claims.Remove("upn");
        Assert.Equal(TokenRefusal.SubjectMissing, (await ValidateAsync(draft)).Refusal);
        draft.Claims["apptype"] = "Confidential";
        draft.Claims["jti"] = "another";
        var result = await ValidateAsync(draft);
        Assert.True(result.Token!.IsApplication);
        Assert.Equal("native-client", result.Token.Subject);
    }

    [Fact]
    public async Task Takes_TheSubjectThatIsConfiguredAndNoOther()
    {
        var draft = Draft();
        draft.Claims["employee"] = "4711";
        Assert.Equal("4711", (await ValidateAsync(draft, profile => profile with { SubjectClaim = "employee" })).Token!.Subject);
        draft.Claims.Remove("employee");
        Assert.Equal(TokenRefusal.SubjectMissing, (await ValidateAsync(draft, profile => profile with { SubjectClaim = "employee" })).Refusal);
    }

    [Theory]
    [InlineData("iss", "https://fs.contoso.example/adfs", TokenRefusal.IssuerMismatch)] // the ID token's
    [InlineData("apptype", "Other", TokenRefusal.TypeMismatch)]
    [InlineData("ver", "2.0", TokenRefusal.TypeMismatch)]
    [InlineData("appid", "", TokenRefusal.TypeMismatch)]
    [InlineData("nonce", "n", TokenRefusal.TypeMismatch)]
    [InlineData("aud", "microsoft:identityserver:other", TokenRefusal.AudienceMismatch)]
    public async Task Refuses_OneChangeOfAGoodToken(string claim, string value, TokenRefusal refusal)
    {
        var draft = Draft();
        draft.Claims[claim] = value;
        Assert.Equal(refusal, (await ValidateAsync(draft)).Refusal);
    }

    [Theory]
    [InlineData(TokenIssuer, true)]
    [InlineData("http://evil.example/adfs/services/trust", false)]
    public async Task Believes_MetadataThatNameTheSameIssuerOfAccessTokens(string named, bool good)
    {
        var profile = Profile();
        var fetcher = new FakeFetcher();
        var keysUri = new Uri(Issuer + "/discovery/keys");
        var metadata = JsonNode.Parse(FakeFetcher.Metadata(Issuer, keysUri.AbsoluteUri))!;
        metadata["access_token_issuer"] = named;
        fetcher.Documents[new Uri(Issuer + "/.well-known/openid-configuration")] = System.Text.Encoding.UTF8.GetBytes(metadata.ToJsonString());
        fetcher.Documents[keysUri] = TestKeySet.Document(Key);
        using var keys = new JwksCache(Issuer, fetcher, clock, IssuerMetadata.Options(profile, null));
        var validator = new TokenValidator([new TrustedIssuer(profile, keys)], new InMemoryRevocationList(clock), new VerifiedTokenCache(), clock);
        var result = await validator.ValidateAsync(new AccessTokenValue(Draft().Write()), Resource, TestContext.Current.CancellationToken);
        Assert.Equal(good ? null : TokenRefusal.KeysUnavailable, result.Refusal);
        Assert.Equal(good, keys.LastFault is null);
    }

    private static IssuerProfile Profile() => new() { Issuer = Issuer, Kind = IssuerKind.AdFs };

    private async Task<TokenResult> ValidateAsync(TokenDraft draft, Func<IssuerProfile, IssuerProfile>? change = null)
    {
        var trusted = new TrustedIssuer(change is null ? Profile() : change(Profile()), new FakeIssuerKeys(TestKeySet.Of(Key)));
        var validator = new TokenValidator([trusted], new InMemoryRevocationList(clock), new VerifiedTokenCache(), clock);
        return await validator.ValidateAsync(new AccessTokenValue(draft.Write()), Resource, TestContext.Current.CancellationToken);
    }

    private TokenDraft Draft()
    {
        var draft = new TokenDraft(Key, TokenIssuer, Resource, clock.GetUtcNow());
        draft.Header["typ"] = "JWT";
        draft.Header["x5t"] = "adfs-1";
        foreach (var name in new[] { "scope", "client_id", "sub" })
            draft.Claims.Remove(name);
        draft.Claims["upn"] = "alice@contoso.example";
        draft.Claims["group"] = "CONTOSO\\Operators";
        draft.Claims["role"] = new JsonArray("reader", "caller");
        draft.Claims["apptype"] = "Public";
        draft.Claims["appid"] = "native-client";
        draft.Claims["authmethod"] = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport";
        draft.Claims["auth_time"] = "2026-01-01T00:00:00.000Z";
        draft.Claims["ver"] = "1.0";
        draft.Claims["scp"] = "mcp";
        return draft;
    }
}
