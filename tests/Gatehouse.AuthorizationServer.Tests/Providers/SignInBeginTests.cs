using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.AuthorizationServer.Providers;
using Gatehouse.AuthorizationServer.Tests.Providers.StandIns;
using Gatehouse.Settings;
using Gatehouse.Testing;
using Microsoft.AspNetCore.WebUtilities;

namespace Gatehouse.AuthorizationServer.Tests.Providers;

/// <summary>The request that a browser takes to a provider, and the record of it.</summary>
[Trait("NoRetry", "yes")]
public sealed class SignInBeginTests
{
    private readonly ManualTimeProvider clock = new();

    [Fact]
    [Trait("Requirement", "B16")]
    [Trait("Requirement", "B18")]
    public async Task B16_B18_TheRequest_HasPkceS256_StateAndNonce()
    {
        var (query, attempt) = await BeginAsync();
        Assert.Equal(Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(attempt.Verifier))), query["code_challenge"]);
        Assert.Equal("S256", query["code_challenge_method"]);
        Assert.Equal(SignInBench.State, query["state"]);
        Assert.Equal(attempt.Nonce, query["nonce"]);
        Assert.Equal(("code", "query"), (query["response_type"], query["response_mode"]));
        Assert.Equal((OidcStandIn.Client, OidcStandIn.RedirectUri, "openid profile"), (query["client_id"], query["redirect_uri"], query["scope"]));
        Assert.False(query.ContainsKey("prompt"));
        Assert.False(query.ContainsKey("resource"));
        Assert.InRange(attempt.Verifier.Length, 43, 128);
        Assert.DoesNotContain(attempt.Verifier, query.Values);
    }

    [Fact]
    [Trait("Requirement", "B16")]
    public async Task B16_EverySignIn_HasAVerifierAndANonceOfItsOwn()
    {
        await using var standIn = await OidcStandIn.StartAsync(clock);
        using var bench = new SignInBench(SignInBench.Settings(standIn), clock);
        var values = new HashSet<string>(StringComparer.Ordinal);
        for (var round = 0; round < 100; round++)
        {
            var (_, attempt) = await bench.Provider.BeginAsync(SignInBench.State, SignInDemand.None, default);
            Assert.True(values.Add(attempt.Verifier) && values.Add(attempt.Nonce));
        }
    }

    [Fact]
    [Trait("Requirement", "B09")]
    public async Task B09_TheIssuer_IsRecordedWithTheVerifierBeforeTheRedirect()
    {
        await using var standIn = await OidcStandIn.StartAsync(clock, "/tenant");
        using var bench = new SignInBench(SignInBench.Settings(standIn), clock);
        var (_, attempt) = await bench.Provider.BeginAsync(SignInBench.State, SignInDemand.None, default);
        Assert.Equal(("corp", standIn.Issuer), (attempt.Provider, attempt.Issuer));
        Assert.DoesNotContain($"{standIn.Path}/authorize", standIn.Requests);
    }

    [Fact]
    [Trait("Requirement", "B09")]
    public async Task B09_ARecordOfAnotherIssuerOrProvider_RedeemsNothing()
    {
        await using var standIn = await OidcStandIn.StartAsync(clock);
        using var bench = new SignInBench(SignInBench.Settings(standIn), clock);
        var (attempt, answer) = await bench.VisitAsync();
        Assert.Equal("sign-in-outdated", (await bench.CompleteAsync(attempt with { Issuer = "https://other.example" }, answer)).Fault?.Code);
        Assert.Equal("sign-in-outdated", (await bench.CompleteAsync(attempt with { Provider = "other" }, answer)).Fault?.Code);
        Assert.DoesNotContain("/token", standIn.Requests);
    }


    [Fact]
    public async Task AQueryOfTheAuthorizationEndpoint_Stays()
    {
        var (query, _) = await BeginAsync(standIn => standIn.Metadata = metadata => metadata["authorization_endpoint"] = $"{standIn.Issuer}/authorize?p=b2c_1&q=a%20b");
        Assert.Equal(("b2c_1", "a b", "code"), (query["p"], query["q"], query["response_type"]));
    }

    [Fact]
    public async Task TheScopeOpenid_IsRequestedAlways()
    {
        var (query, _) = await BeginAsync(change: settings => settings with { Scopes = ["email", "api://gateway/Call"] });
        Assert.Equal("openid email api://gateway/Call", query["scope"]);
    }

    [Theory]
    [Trait("Requirement", "B19")]
    [InlineData("http://gateway.example/oauth/callback/corp", false)]
    [InlineData("gateway.example/oauth/callback/corp", false)]
    [InlineData("https://gateway.example/oauth/callback/corp#part", false)]
    [InlineData("https://gateway.example/oauth/callback/corp", true)]
    [InlineData("http://127.0.0.1:8080/oauth/callback/corp", true)]
    public void B19_TheRedirectUri_IsHttpsOrOnLoopback(string redirectUri, bool isGood)
    {
        var settings = new SignInProviderSettings { Name = "corp", Issuer = "https://login.example", ClientId = "gateway" };
        if (isGood) new SignInBench(settings, clock, redirectUri).Dispose();
        else Assert.Throws<ArgumentException>(() => new SignInBench(settings, clock, redirectUri));
    }

    [Theory]
    [Trait("Requirement", "B20")]
    [InlineData("http://login.example", IssuerProfileName.Strict, "https")]
    [InlineData("https://login.microsoftonline.com/{tenantid}/v2.0", IssuerProfileName.Entra, "every tenant")]
    [InlineData("https://login.microsoftonline.com/common/v2.0", IssuerProfileName.Entra, "tenant's GUID")]
    [InlineData("https://login.microsoftonline.com/organizations/v2.0", IssuerProfileName.Entra, "tenant's GUID")]
    [InlineData("https://sts.windows.net/8f4b1c1e-3f6a-4a31-9c53-0a6a7d7f0001/", IssuerProfileName.Entra, "version 1.0")]
    public void B20_AnIssuerThatCannotBeUsed_IsAFaultOfTheConfiguration(string issuer, IssuerProfileName profile, string word)
    {
        var settings = new SignInProviderSettings { Name = "corp", Issuer = issuer, Profile = profile, ClientId = "gateway" };
        Assert.Contains(SignInProfile.FindFaults(settings), fault => fault.Contains(word, StringComparison.Ordinal));
        Assert.Throws<ArgumentException>(() => new SignInBench(settings, clock));
    }

    [Fact]
    [Trait("Requirement", "B20")]
    public void B20_TheConfiguredAddressOfMetadata_IsHttps()
    {
        var settings = new SignInProviderSettings { Name = "corp", Issuer = "https://login.example", ClientId = "gateway" };
        Assert.Empty(SignInProfile.FindFaults(settings with { Metadata = new Uri("https://meta.example/") }));
        Assert.Single(SignInProfile.FindFaults(settings with { Metadata = new Uri("http://meta.example/") }));
        Assert.Single(SignInProfile.FindFaults(settings with { Metadata = new Uri("http://127.0.0.1/") }));
    }

    private async Task<(Dictionary<string, string> Query, SignInAttempt Attempt)> BeginAsync(
        Action<OidcStandIn>? prepare = null, SignInDemand? demand = null, Func<SignInProviderSettings, SignInProviderSettings>? change = null)
    {
        await using var standIn = await OidcStandIn.StartAsync(clock);
        prepare?.Invoke(standIn);
        var settings = SignInBench.Settings(standIn);
        using var bench = new SignInBench(change?.Invoke(settings) ?? settings, clock);
        var (address, attempt) = await bench.Provider.BeginAsync(SignInBench.State, demand ?? SignInDemand.None, default);
        return (QueryHelpers.ParseQuery(address.Query).ToDictionary(pair => pair.Key, pair => pair.Value.Single()!), attempt);
    }
}
