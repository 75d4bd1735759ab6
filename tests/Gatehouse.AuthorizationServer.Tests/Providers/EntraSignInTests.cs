using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using EntraStandIn;
using Gatehouse.AuthorizationServer.Providers;
using Gatehouse.Testing;

namespace Gatehouse.AuthorizationServer.Tests.Providers;

/// <summary>Sign-in at Entra, version 2.0.</summary>
[Trait("NoRetry", "yes")]
public sealed class EntraSignInTests
{
    private readonly ManualTimeProvider clock = new();

    [Fact]
    [Trait("Requirement", "B17")]
    public async Task B17_ASignIn_WorksWithoutS256InTheMetadata_AndSendsItNevertheless()
    {
        await using var entra = await StartAsync();
        using var bench = new SignInBench(SignInBench.Settings(entra), clock);
        var (address, _) = await bench.Provider.BeginAsync(SignInBench.State, SignInDemand.None, default);
        Assert.Contains("code_challenge_method=S256", address.Query, StringComparison.Ordinal);
        var person = (await bench.SignInAsync()).Person!;
        Assert.Equal($"entra:{Tenant.AliceId}@{Tenant.Id}", person.Subject);
        Assert.Equal("Alice Example", person.DisplayName);
    }

    [Fact]
    [Trait("Requirement", "B04")]
    public async Task B04_TheMetadata_AreFoundAtTheLastPlace()
    {
        await using var entra = await StartAsync();
        var requests = new ConcurrentQueue<string>();
        entra.Knobs.Before = async context =>
        {
            if (await ProbeRequests.RefuseAsync(context)) return true;
            requests.Enqueue(context.Request.Path.Value!);
            return false;
        };
        using var bench = new SignInBench(SignInBench.Settings(entra), clock);
        await bench.Provider.BeginAsync(SignInBench.State, SignInDemand.None, default);
        Assert.Equal(
        [
            $"/.well-known/oauth-authorization-server/{Tenant.Id}/v2.0",
            $"/.well-known/openid-configuration/{Tenant.Id}/v2.0",
            $"/{Tenant.Id}/v2.0/.well-known/openid-configuration",
        ], requests);
    }

    [Fact]
    public async Task TheAccessTokenOfTheGatewaysApplication_BringsScpAndRoles()
    {
        await using var entra = await StartAsync();
        using var bench = new SignInBench(SignInBench.Settings(entra) with { Audience = Tenant.Gateway }, clock);
        var person = (await bench.SignInAsync()).Person!;
        Assert.Equal(["Mcp.Call"], person.Scopes!.Value);
        Assert.Equal(["Mcp.Operator"], person.Roles);
    }

    [Fact]
    public async Task AnAccessTokenForGraph_IsExplained()
    {
        await using var entra = await StartAsync();
        using var bench = new SignInBench(
            SignInBench.Settings(entra) with { Audience = Tenant.Gateway, Scopes = ["openid", "profile", "User.Read"] }, clock);
        var fault = await bench.FailAsync();
        // Tokens of Microsoft Graph are of version 1, by another issuer: the gateway sees that first, and the remedy names the scope.
        Assert.Equal("access-token-version", fault.Code);
        Assert.Contains("request a scope of that application", fault.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnAccessTokenOfVersion1_IsExplained()
    {
        await using var entra = await StartAsync();
        entra.Registered.Change(Tenant.Gateway, static one => one with { AccessTokenVersion = 1 });
        using var bench = new SignInBench(SignInBench.Settings(entra) with { Audience = Tenant.Gateway }, clock);
        var fault = await bench.FailAsync();
        Assert.Equal("access-token-version", fault.Code);
        Assert.Contains("requestedAccessTokenVersion", fault.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnAccessTokenOfAnotherPerson_IsRefusedAsAnAttack()
    {
        await using var entra = await StartAsync();
        entra.Knobs.AccessToken = claims => claims["oid"] = "another-object";
        using var bench = new SignInBench(SignInBench.Settings(entra) with { Audience = Tenant.Gateway }, clock);
        var fault = await bench.FailAsync();
        Assert.Equal(("access-token-subject", true), (fault.Code, fault.IsAttack));
    }

    [Theory]
    [InlineData("tid", Tenant.OtherId, "id-token-tenant", true)]
    [InlineData("ver", "1.0", "id-token-type", false)]
    [InlineData("oid", null, "id-token-subject", false)]
    [InlineData("tid", null, "id-token-tenant", true)]
    public async Task AnIdTokenOfAnotherTenantOrForm_IsRefused(string claim, string? value, string code, bool isAttack)
    {
        await using var entra = await StartAsync();
        entra.Knobs.IdToken = claims =>
        {
            if (value is null) claims.Remove(claim);
            else claims[claim] = value;
        };
        using var bench = new SignInBench(SignInBench.Settings(entra), clock);
        var fault = await bench.FailAsync();
        Assert.Equal((code, isAttack), (fault.Code, fault.IsAttack));
    }

    [Fact]
    public async Task WithoutTheScopeProfile_TheFaultSaysWhatIsMissing()
    {
        await using var entra = await StartAsync();
        using var bench = new SignInBench(SignInBench.Settings(entra) with { Scopes = ["openid"] }, clock);
        var fault = await bench.FailAsync();
        Assert.Equal("id-token-subject", fault.Code);
        Assert.Contains("scope profile", fault.Text, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "B05")]
    public async Task B05_TheMetadataOfTheCommonEndpoint_AreNotUsed()
    {
        await using var entra = await StartAsync();
        entra.Knobs.Metadata = metadata => metadata["issuer"] = $"{entra.Origin}/{{tenantid}}/v2.0";
        using var bench = new SignInBench(SignInBench.Settings(entra), clock);
        Assert.Equal("provider-metadata-issuer", (await Assert.ThrowsAsync<SignInException>(() => bench.VisitAsync())).Fault.Code);
    }

    [Theory]
    [Trait("Requirement", "B12")]
    [InlineData("access_denied", 53003, "conditional-access", "Conditional Access")]
    [InlineData("interaction_required", 53000, "device-not-compliant", "device")]
    [InlineData("interaction_required", 50076, "second-factor", "second factor")]
    [InlineData("access_denied", 65004, "access-denied", "declined")]
    [InlineData("consent_required", 65001, "consent-required", "admin consent")]
    [InlineData("access_denied", 90094, "consent-required", "admin consent")]
    [InlineData("access_denied", 50105, "user-not-assigned", "assigned")]
    [InlineData("invalid_request", 50020, "guest-account", "guest")]
    [InlineData("invalid_scope", 70011, "provider-scope", "'scopes'")]
    [InlineData("access_denied", 9999999, "access-denied", "cancelled")]
    public async Task B12_AnErrorOfEntra_IsExplainedByItsCode(string error, int number, string code, string word)
    {
        await using var entra = await StartAsync();
        entra.Knobs.Refusal = new EntraException(error, number, "text of Entra <b>bold</b>");
        using var bench = new SignInBench(SignInBench.Settings(entra), clock);
        var fault = await bench.FailAsync();
        Assert.Equal(code, fault.Code);
        Assert.Contains(word, fault.Text, StringComparison.Ordinal);
        Assert.StartsWith("Contoso ", fault.Text, StringComparison.Ordinal);
        AssertNothingOfEntra(fault);
    }

    [Theory]
    [InlineData(50076, "second-factor")]
    [InlineData(53003, "conditional-access")]
    [InlineData(9999998, "conditional-access")]
    public async Task AConditionalAccessErrorWithClaims_IsExplained(int number, string code)
    {
        await using var entra = await StartAsync();
        entra.Knobs.TokenRefusal = new EntraException("interaction_required", number, "Due to a configuration change made by your administrator.")
        { Claims = "{\"access_token\":{\"acrs\":{\"essential\":true,\"value\":\"c1\"}}}" };
        using var bench = new SignInBench(SignInBench.Settings(entra), clock);
        var fault = await bench.FailAsync();
        Assert.Equal(code, fault.Code);
        AssertNothingOfEntra(fault);
    }

    [Fact]
    public async Task AnExpiredSecret_IsExplained()
    {
        await using var entra = await StartAsync();
        entra.Registered.Change(Tenant.Gateway, static one => one with { SecretDays = -1 });
        using var bench = new SignInBench(SignInBench.Settings(entra), clock);
        var fault = await bench.FailAsync();
        Assert.Equal("provider-secret-expired", fault.Code);
        Assert.Contains("AADSTS7000222", fault.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AWrongOrMissingSecret_IsExplained()
    {
        await using var entra = await StartAsync();
        using var wrong = new SignInBench(SignInBench.Settings(entra), clock, secret: "wrong");
        Assert.Contains("AADSTS7000215", (await wrong.FailAsync()).Text, StringComparison.Ordinal);
        using var missing = new SignInBench(SignInBench.Settings(entra) with { ClientSecret = null }, clock);
        Assert.Contains("AADSTS7000218", (await missing.FailAsync()).Text, StringComparison.Ordinal);
        entra.Registered.Change(Tenant.Gateway, static one => one with { Secret = null, PublicRedirects = one.WebRedirects });
        Assert.NotNull((await missing.SignInAsync()).Person);
        using var needless = new SignInBench(SignInBench.Settings(entra), clock);
        Assert.Contains("AADSTS700025", (await needless.FailAsync()).Text, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "B16")]
    [Trait("Requirement", "B18")]
    public async Task B16_B18_ACodeOfAnotherSignInOrUsedTwice_IsRefused()
    {
        await using var entra = await StartAsync();
        using var bench = new SignInBench(SignInBench.Settings(entra), clock);
        var (mine, own) = await bench.VisitAsync();
        var (_, stolen) = await bench.VisitAsync();
        Assert.Contains("AADSTS501481", (await bench.CompleteAsync(mine, stolen)).Fault!.Text, StringComparison.Ordinal);
        Assert.NotNull((await bench.CompleteAsync(mine, own)).Person);
        Assert.Contains("AADSTS54005", (await bench.CompleteAsync(mine, own)).Fault!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheStandIn_RefusesTheParameterResource()
    {
        await using var entra = await StartAsync();
        using var bench = new SignInBench(SignInBench.Settings(entra), clock);
        var (address, attempt) = await bench.Provider.BeginAsync(SignInBench.State, SignInDemand.None, default);
        var answer = await bench.VisitAsync(new Uri($"{address}&resource=https%3A%2F%2Fgateway.example%2F"));
        Assert.Contains("AADSTS901002", (await bench.CompleteAsync(attempt, answer)).Fault!.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AADSTS53003")]
    [InlineData(" AADSTS53003: blocked")]
    [InlineData("See AADSTS53003: blocked")]
    [InlineData("AADSTS5300: short")]
    [InlineData("AADSTS53003053003: long")]
    [InlineData("aadsts53003: lower")]
    [InlineData("AADSTS\u0665\u0663\u0660\u0660\u0663: digits of another script")]
    [InlineData("")]
    [InlineData(null)]
    public void ATextThatDoesNotBeginWithACode_HasNone(string? description) => Assert.Null(EntraErrors.Find("Contoso", description));

    [Fact]
    public async Task GroupsThatAreTooMany_AreIncomplete()
    {
        await using var entra = await StartAsync();
        entra.Knobs.IdToken = claims =>
        {
            claims["_claim_names"] = new JsonObject { ["groups"] = "src1" };
            claims["_claim_sources"] = new JsonObject { ["src1"] = new JsonObject { ["endpoint"] = "https://graph.windows.net/x" } };
        };
        using var bench = new SignInBench(SignInBench.Settings(entra), clock);
        Assert.True((await bench.SignInAsync()).Person!.GroupsIncomplete);
    }

    private Task<StandIn> StartAsync() => SignInBench.EntraAsync(clock);

    private static void AssertNothingOfEntra(SignInFault fault)
    {
        Assert.DoesNotContain("Trace ID", fault.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("configuration change", fault.Text, StringComparison.Ordinal);
        Assert.DoesNotContain('<', fault.Text);
    }
}
