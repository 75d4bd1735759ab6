using System.Text.Json.Nodes;
using Gatehouse.Identity.Issuers;
using Gatehouse.Identity.Revocations;
using Gatehouse.Identity.Tests.Support;
using Gatehouse.Identity.Tokens;
using Gatehouse.Identity.Validation;
using Gatehouse.Testing;

namespace Gatehouse.Identity.Tests.Shapes;

/// <summary>Tokens with the claims that the documentation of Entra ID lists. The real one never ran here.</summary>
public sealed class EntraTokenTests
{
    private readonly ManualTimeProvider clock = new();

    public static TheoryData<string> ForgedRows => new(Forgeries.Keys);

    private static readonly Dictionary<string, (TokenRefusal Refusal, Action<TokenDraft> Change)> Forgeries = new(StringComparer.Ordinal)
    {
        ["tid of another tenant"] = (TokenRefusal.TenantMismatch, draft => draft.Claims["tid"] = EntraDraft.SecondTenant),
        ["no tid"] = (TokenRefusal.TenantMismatch, draft => draft.Claims.Remove("tid")),
        ["tid not a text"] = (TokenRefusal.ClaimMalformed, draft => draft.Claims["tid"] = 1),
        ["key of another tenant"] = (TokenRefusal.TenantMismatch, draft => Resign(draft, EntraDraft.KeyOfSecondTenant)),
        ["issuer of a tenant that is not allowed"] = (TokenRefusal.IssuerMismatch, draft => Move(draft, EntraDraft.StrangeTenant)),
        ["issuer is the template itself"] =
            (TokenRefusal.IssuerMismatch, draft => draft.Claims["iss"] = "https://login.microsoftonline.com/{tenantid}/v2.0"),
        ["issuer of the common endpoint"] =
            (TokenRefusal.IssuerMismatch, draft => draft.Claims["iss"] = "https://login.microsoftonline.com/common/v2.0"),
        ["version of the other endpoint"] = (TokenRefusal.TypeMismatch, draft => draft.Claims["ver"] = "1.0"),
        ["no version"] = (TokenRefusal.TypeMismatch, draft => draft.Claims.Remove("ver")),
        ["audience of a sibling API"] = (TokenRefusal.AudienceMismatch, draft => draft.Claims["aud"] = EntraDraft.SiblingApi),
        ["audience of a sibling API by URI"] = (TokenRefusal.AudienceMismatch, draft => draft.Claims["aud"] = $"api://{EntraDraft.SiblingApi}"),
        ["audience is the client"] = (TokenRefusal.AudienceMismatch, draft => draft.Claims["aud"] = EntraDraft.Client),
        ["audience of Microsoft Graph"] = (TokenRefusal.AudienceMismatch, draft => draft.Claims["aud"] = "00000003-0000-0000-c000-000000000000"),
        ["no client"] = (TokenRefusal.TypeMismatch, draft => draft.Claims.Remove("azp")),
        ["client in the place of version 1.0 only"] = (TokenRefusal.TypeMismatch, draft => Rename(draft, "azp", "appid")),
        ["neither scp nor roles"] = (TokenRefusal.TypeMismatch, draft => draft.Claims.Remove("scp")),
        ["scp empty"] = (TokenRefusal.TypeMismatch, draft => draft.Claims["scp"] = ""),
        ["scp, but of an application"] = (TokenRefusal.TypeMismatch, draft => draft.Claims["idtyp"] = "app"),
        ["roles of a person without scp"] = (TokenRefusal.TypeMismatch, draft => PersonWithRoles(draft)),
        ["nonce of an ID token"] = (TokenRefusal.TypeMismatch, draft => draft.Claims["nonce"] = "n"),
        ["c_hash of an ID token"] = (TokenRefusal.TypeMismatch, draft => draft.Claims["c_hash"] = "h"),
        ["no oid"] = (TokenRefusal.SubjectMissing, draft => draft.Claims.Remove("oid")),
        ["oid empty"] = (TokenRefusal.SubjectMissing, draft => draft.Claims["oid"] = " "),
    };

    [Theory]
    [MemberData(nameof(ForgedRows))]
    public async Task Refuses_OneChangeOfAGoodToken(string row)
    {
        var (refusal, change) = Forgeries[row];
        foreach (var profile in new[] { EntraDraft.OneTenant(), EntraDraft.ManyTenants() })
        {
            var validator = EntraDraft.Validator(clock, profile);
            Assert.True((await EntraDraft.ValidateAsync(validator, EntraDraft.Delegated(clock))).IsVerified);
            var draft = EntraDraft.Delegated(clock);
            change(draft);
            Assert.Equal(refusal, (await EntraDraft.ValidateAsync(validator, draft)).Refusal);
        }
    }

    [Fact]
    public async Task Reads_ThePersonTheClientAndTheScopesOfVersion2()
    {
        var result = await EntraDraft.ValidateAsync(EntraDraft.Validator(clock, EntraDraft.OneTenant()), EntraDraft.Delegated(clock));
        Assert.True(result.IsVerified, result.Refusal?.ToString());
        var token = result.Token;
        Assert.Equal($"{EntraDraft.Person}@{EntraDraft.Tenant}", token.Subject);
        Assert.Equal(EntraDraft.Client, token.ClientId);
        Assert.Equal(EntraDraft.V2(EntraDraft.Tenant), token.Issuer);
        Assert.Equal(["Mcp.Read", "Mcp.Call"], token.Scopes);
        Assert.Equal(["g1", "g2"], token.Groups);
        Assert.Equal("unique-token", token.TokenId);
        Assert.False(token.IsApplication);
        Assert.False(token.GroupsIncomplete);
    }

    [Fact]
    [Trait("Requirement", "AZ-10")]
    public async Task Reads_TheSatisfiedAuthenticationContexts_AsMethods()
    {
        var draft = EntraDraft.Delegated(clock);
        draft.Claims["acrs"] = new JsonArray("c1", "c3");
        var validator = EntraDraft.Validator(clock, EntraDraft.OneTenant());
        Assert.Equal(["c1", "c3"], (await EntraDraft.ValidateAsync(validator, draft)).Token!.AuthenticationMethods);
    }

    [Fact]
    public async Task Reads_Version1WithItsOwnIssuerAndNames()
    {
        var result = await EntraDraft.ValidateAsync(V1Validator(), EntraDraft.DelegatedV1(clock));
        Assert.True(result.IsVerified, result.Refusal?.ToString());
        Assert.Equal(EntraDraft.Client, result.Token.ClientId);
        Assert.Equal(["Mcp.Read"], result.Token.Scopes);
        Assert.Equal("1", result.Token.AuthenticationContext);
        Assert.Equal(["pwd", "mfa"], result.Token.AuthenticationMethods);
    }

    [Fact]
    public async Task Tells_AnApplicationFromAPerson()
    {
        var validator = EntraDraft.Validator(clock, EntraDraft.OneTenant());
        var declared = await EntraDraft.ValidateAsync(validator, EntraDraft.Application(clock));
        Assert.True(declared.Token!.IsApplication);
        Assert.Equal(["Mcp.Call.All"], declared.Token.Roles);
        Assert.Empty(declared.Token.Scopes);

        var undeclared = EntraDraft.Application(clock);
        undeclared.Claims.Remove("idtyp"); // an optional claim; sub and oid are one then
        Assert.True((await EntraDraft.ValidateAsync(validator, undeclared)).Token!.IsApplication);

        var withoutRole = EntraDraft.Application(clock);
        withoutRole.Claims.Remove("roles"); // any application of the tenant gets such a token
        Assert.Equal(TokenRefusal.TypeMismatch, (await EntraDraft.ValidateAsync(validator, withoutRole)).Refusal);
    }

    [Fact]
    public async Task Refuses_AnIdTokenOfTheSameRegistration()
    {
        var validator = EntraDraft.Validator(clock, EntraDraft.OneTenant());
        Assert.Equal(TokenRefusal.TypeMismatch, (await EntraDraft.ValidateAsync(validator, EntraDraft.IdToken(clock))).Refusal);
    }

    [Fact]
    public async Task Accepts_EachAllowedTenantByItsOwnKeysOnly()
    {
        var validator = EntraDraft.Validator(clock, EntraDraft.ManyTenants());
        var second = EntraDraft.Delegated(clock);
        Move(second, EntraDraft.SecondTenant);
        Resign(second, EntraDraft.KeyOfSecondTenant);
        var result = await EntraDraft.ValidateAsync(validator, second);
        Assert.True(result.IsVerified, result.Refusal?.ToString());
        Assert.Equal(EntraDraft.V2(EntraDraft.SecondTenant), result.Token.Issuer);
        Assert.Equal($"{EntraDraft.Person}@{EntraDraft.SecondTenant}", result.Token.Subject);
    }

    [Theory]
    [InlineData("""{"groups":"src1"}""", true)]
    [InlineData("""{"address":"src1"}""", false)]
    [InlineData("\"src1\"", true)]
    public async Task Says_ThatGroupsAreElsewhere(string names, bool incomplete)
    {
        var draft = EntraDraft.Delegated(clock);
        draft.Claims.Remove("groups");
        draft.Claims["_claim_names"] = JsonNode.Parse(names);
        draft.Claims["_claim_sources"] = JsonNode.Parse("""{"src1":{"endpoint":"https://graph.windows.net/t/users/u/getMemberObjects"}}""");
        var result = await EntraDraft.ValidateAsync(EntraDraft.Validator(clock, EntraDraft.OneTenant()), draft);
        Assert.Equal(incomplete, result.Token!.GroupsIncomplete);
        Assert.Empty(result.Token.Groups);
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("\"true\"", true)]
    [InlineData("false", false)]
    public async Task Says_ThatThereAreGroupsWithoutNamingThem(string value, bool incomplete)
    {
        var draft = EntraDraft.Delegated(clock);
        draft.Claims["hasgroups"] = JsonNode.Parse(value);
        var result = await EntraDraft.ValidateAsync(EntraDraft.Validator(clock, EntraDraft.OneTenant()), draft);
        Assert.Equal(incomplete, result.Token!.GroupsIncomplete);
    }

    [Fact]
    public void Faults_AnIssuerOfManyTenantsThatAllowsAll()
    {
        Assert.Contains("list the allowed tenants", Assert.Single((EntraDraft.ManyTenants() with { Tenants = [] }).FindFaults()), StringComparison.Ordinal);
        Assert.Contains("not a GUID", Assert.Single((EntraDraft.ManyTenants() with { Tenants = ["contoso.onmicrosoft.com"] }).FindFaults()),
            StringComparison.Ordinal);
        Assert.Contains("tenant's GUID",
            Assert.Single((EntraDraft.OneTenant() with { Issuer = "https://login.microsoftonline.com/common/v2.0" }).FindFaults()),
            StringComparison.Ordinal);
        Assert.Contains("has no {tenantid}", Assert.Single((EntraDraft.OneTenant() with { Tenants = [EntraDraft.Tenant] }).FindFaults()),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Finds_TheMetadataOfEachEndpoint()
    {
        Assert.Null(IssuerMetadata.Options(EntraDraft.OneTenant(), null).MetadataUri);
        Assert.Equal(
            "https://login.microsoftonline.com/organizations/v2.0/.well-known/openid-configuration",
            IssuerMetadata.Options(EntraDraft.ManyTenants(), null).MetadataUri!.AbsoluteUri);
        Assert.Equal(
            $"https://login.microsoftonline.com/{EntraDraft.Tenant}/.well-known/openid-configuration",
            IssuerMetadata.Options(EntraDraft.OneTenantV1(), null).MetadataUri!.AbsoluteUri);
    }

    [Fact]
    public async Task Fetches_TheKeysOfTheCommonEndpointUnderTheNameOfTheTemplate()
    {
        var profile = EntraDraft.ManyTenants();
        var options = IssuerMetadata.Options(profile, null);
        var fetcher = new FakeFetcher();
        var keysUri = new Uri("https://login.microsoftonline.com/common/discovery/v2.0/keys");
        fetcher.Documents[options.MetadataUri!] = FakeFetcher.Metadata(profile.Issuer, keysUri.AbsoluteUri);
        fetcher.Documents[keysUri] = EntraDraft.KeySet();
        using var keys = new JwksCache(profile.Issuer, fetcher, clock, options);
        var validator = new TokenValidator([new TrustedIssuer(profile, keys)], new InMemoryRevocationList(clock), new VerifiedTokenCache(), clock);
        var result = await EntraDraft.ValidateAsync(validator, EntraDraft.Delegated(clock));
        Assert.True(result.IsVerified, $"{result.Refusal} {keys.LastFault}");
    }

    // The key of version 1.0 has the template of version 1.0, so the one set of the tests serves without it.
    private TokenValidator V1Validator()
    {
        var keys = new FakeIssuerKeys(TestKeySet.Of(EntraDraft.Key));
        return new TokenValidator([new TrustedIssuer(EntraDraft.OneTenantV1(), keys)], new InMemoryRevocationList(clock), new VerifiedTokenCache(),
            clock);
    }

    private static void Resign(TokenDraft draft, TestKey key)
    {
        draft.Key = key;
        draft.Header["kid"] = key.KeyId;
    }

    private static void Move(TokenDraft draft, string tenant)
    {
        draft.Claims["iss"] = EntraDraft.V2(tenant);
        draft.Claims["tid"] = tenant;
    }

    private static void Rename(TokenDraft draft, string from, string to)
    {
        draft.Claims[to] = draft.Claims[from]!.DeepClone();
        draft.Claims.Remove(from);
    }

    private static void PersonWithRoles(TokenDraft draft)
    {
        draft.Claims.Remove("scp");
        draft.Claims["roles"] = new JsonArray("Mcp.Call.All");
    }
}
