using System.Net;
using Gatehouse.AuthorizationServer.Providers;
using Gatehouse.Identity.Tests.Support;
using Gatehouse.Settings;
using Microsoft.AspNetCore.WebUtilities;

namespace Gatehouse.AuthorizationServer.Tests.Providers;

/// <summary>Sign-in at a real OpenID provider on loopback, in which the gateway is registered by hand.</summary>
[Trait("NoRetry", "yes")]
public sealed class RealProviderSignInTests
{
    private const string RedirectUri = "http://127.0.0.1:8080/callback";

    [Theory]
    [InlineData("gateway", "gateway-secret", RedirectUri)]
    [InlineData("cli", null, "http://127.0.0.1:8081/callback")]
    public async Task APerson_SignsIn(string client, string? secret, string redirectUri)
    {
        await using var provider = await OidcProvider.StartAsync("ES256");
        using var bench = Bench(provider, client, secret, redirectUri);
        var (address, attempt) = await bench.Provider.BeginAsync(
            SignInBench.State, new SignInDemand { IsFresh = true }, TestContext.Current.CancellationToken);
        var answer = await BrowseAsync(address, redirectUri);
        Assert.Equal(provider.Issuer, answer.Issuer);
        var result = await bench.CompleteAsync(attempt, answer);
        Assert.Equal(("real:alice", "alice"), (result.Person?.Subject, result.Person?.DisplayName));
        Assert.Equal("code-refused", (await bench.CompleteAsync(attempt, answer)).Fault?.Code);
    }

    [Fact]
    [Trait("Requirement", "B16")]
    public async Task B16_TheProvider_RefusesTheCodeOfAnotherSignIn()
    {
        await using var provider = await OidcProvider.StartAsync("ES256");
        using var bench = Bench(provider, "gateway", "gateway-secret", RedirectUri);
        var (_, mine) = await bench.Provider.BeginAsync(SignInBench.State, SignInDemand.None, TestContext.Current.CancellationToken);
        var (address, _) = await bench.Provider.BeginAsync(SignInBench.State, SignInDemand.None, TestContext.Current.CancellationToken);
        Assert.Equal("code-refused", (await bench.CompleteAsync(mine, await BrowseAsync(address, RedirectUri))).Fault?.Code);
    }

    private static SignInBench Bench(OidcProvider provider, string client, string? secret, string redirectUri) => new(
        new SignInProviderSettings
        {
            Name = "real",
            Issuer = provider.Issuer,
            ClientId = client,
            ClientSecret = secret is null ? null : new SecretReference("env", "REAL"),
        }, TimeProvider.System, redirectUri, secret);

    /// <summary>Follows the provider's redirects, with its cookies, until it returns to the gateway.</summary>
    private static async Task<ProviderAnswer> BrowseAsync(Uri address, string redirectUri)
    {
        var cookies = new CookieContainer();
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = cookies, UseProxy = false });
        for (var step = 0; step < 10; step++)
        {
            using var response = await browser.GetAsync(address, TestContext.Current.CancellationToken);
            Assert.True(response.Headers.Location is not null, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            address = new Uri(address, response.Headers.Location);
            if (!address.AbsoluteUri.StartsWith(redirectUri, StringComparison.Ordinal)) continue;
            var query = QueryHelpers.ParseQuery(address.Query);
            Assert.Equal(SignInBench.State, query["state"]);
            return new ProviderAnswer("real", query["code"], query["iss"], null, null);
        }

        throw new InvalidOperationException("the provider redirects in a circle");
    }
}
