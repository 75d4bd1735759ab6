using System.Text.Json.Nodes;
using Gatehouse.AuthorizationServer.Providers;
using Gatehouse.AuthorizationServer.SignIn;
using Gatehouse.AuthorizationServer.Tests.Providers.StandIns;
using Gatehouse.Settings;
using Gatehouse.Testing;

namespace Gatehouse.AuthorizationServer.Tests.Providers;

/// <summary>Sign-in at AD FS: the claims that its documentation lists. The real one never ran here.</summary>
public sealed class AdFsSignInTests
{
    private readonly ManualTimeProvider clock = new();

    [Fact]
    public async Task APerson_IsReadFromTheClaimsOfAdFs()
    {
        await using var standIn = await StartAsync();
        using var bench = new SignInBench(Settings(standIn), clock);
        var person = (await bench.SignInAsync()).Person!;
        Assert.Equal(("corp:hash-of-alice", "alice@contoso.example"), (person.Subject, person.DisplayName));
        Assert.Equal(["CONTOSO\\Operators"], person.Groups);
        Assert.Equal(clock.GetUtcNow().AddHours(-1), person.AuthenticatedAt);
    }

    [Theory]
    [InlineData("alice@contoso.example", null)]
    [InlineData("mallory@contoso.example", "access-token-subject")]
    [InlineData(null, "access-token-subject")]
    public async Task AnAccessToken_IsHeldToTheAccountName(string? account, string? code)
    {
        await using var standIn = await StartAsync();
        standIn.AccessToken += token =>
        {
            token.Claims["unique_name"] = "CONTOSO\\Alice";
            if (account is null) token.Claims.Remove("upn");
            else token.Claims["upn"] = account;
        };
        using var bench = new SignInBench(Settings(standIn) with { Audience = OidcStandIn.Audience }, clock);
        var result = await bench.SignInAsync();
        Assert.Equal(code, result.Fault?.Code);
        if (code is null) Assert.Equal(["mcp"], result.Person!.Scopes!.Value);
    }

    [Fact]
    public async Task TheIssuerOfAccessTokens_IsTheOneOfTheMetadata()
    {
        await using var standIn = await StartAsync();
        standIn.Metadata += metadata => metadata["access_token_issuer"] = "http://sts.contoso.example/trust";
        standIn.AccessToken += token => token.Claims["iss"] = "http://sts.contoso.example/trust";
        using var bench = new SignInBench(Settings(standIn) with { Audience = OidcStandIn.Audience }, clock);
        Assert.NotNull((await bench.SignInAsync()).Person);
    }

    // The challenge of administration names mfa, and AD FS writes several factors in its own form.
    [Fact]
    public async Task SeveralFactors_AreShownAsMfa()
    {
        await using var standIn = await StartAsync();
        standIn.IdToken += static token => token.Claims["amr"] = new JsonArray("pwd", "http://schemas.microsoft.com/claims/multipleauthn");
        using var bench = new SignInBench(Settings(standIn), clock);
        var result = await bench.SignInAsync(new SignInDemand { AcrValues = "mfa" });
        Assert.Null(result.Fault?.Code);
        Assert.Contains("mfa", result.Person!.AuthenticationMethods);
    }

    private static SignInProviderSettings Settings(OidcStandIn standIn) =>
        SignInBench.Settings(standIn) with { Profile = IssuerProfileName.AdFs };

    private async Task<OidcStandIn> StartAsync()
    {
        var standIn = await OidcStandIn.StartAsync(clock, "/adfs");
        var trust = $"{standIn.Origin}/adfs/services/trust";
        standIn.NamedIssuer = static _ => null;
        standIn.Metadata = metadata =>
        {
            metadata.Remove("code_challenge_methods_supported");
            metadata.Remove("authorization_response_iss_parameter_supported");
            metadata["access_token_issuer"] = trust;
        };
        standIn.IdToken = token => Replace(token.Claims, ["name", "preferred_username", "groups", "roles"], new JsonObject
        {
            ["sub"] = "hash-of-alice",
            ["upn"] = "alice@contoso.example",
            ["group"] = "CONTOSO\\Operators",
            ["auth_time"] = clock.GetUtcNow().AddHours(-1).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", null),
        });
        standIn.AccessToken = token =>
        {
            token.Header["typ"] = "JWT";
            Replace(token.Claims, ["client_id", "scope", "sub", "roles"], new JsonObject
            {
                ["iss"] = trust,
                ["upn"] = "alice@contoso.example",
                ["appid"] = OidcStandIn.Client,
                ["apptype"] = "Confidential",
                ["ver"] = "1.0",
                ["scp"] = "mcp",
            });
        };
        return standIn;
    }

    private static void Replace(JsonObject claims, IEnumerable<string> absent, JsonObject present)
    {
        foreach (var name in absent) claims.Remove(name);
        foreach (var (name, value) in present) claims[name] = value!.DeepClone();
    }
}
