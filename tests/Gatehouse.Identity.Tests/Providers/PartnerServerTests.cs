using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gatehouse.Peers.Partners;
using Gatehouse.Peers.Providers;
using Gatehouse.Testing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Gatehouse.Identity.Tests.Providers;

/// <summary>An identity assertion is for one partner, one client and one use, and comes from an ID token of the client that asks.</summary>
public sealed class PartnerServerTests : IAsyncLifetime
{
    private const string Redirect = "http://127.0.0.1:8080/oauth/callback/corp";
    private const string Verifier = "abcdefghijklmnopqrstuvwxyz0123456789-verifier";
    private const string IdJag = "urn:ietf:params:oauth:token-type:id-jag";
    private const string IdToken = "urn:ietf:params:oauth:token-type:id_token";

    private readonly ManualTimeProvider clock = new(TimeProvider.System.GetUtcNow());
    private OpenIddictProvider provider = null!;
    private ProviderCaller caller = null!;
    private PartnerServer partner = null!;

    public async ValueTask InitializeAsync()
    {
        provider = await OpenIddictProvider.StartAsync(new ProviderSetup { Time = clock });
        await provider.RegisterRedirectAsync("gateway", Redirect);
        provider.SignedIn = "alice";
        caller = new ProviderCaller(provider);
        partner = await PartnerServer.StartAsync(provider, clock);
    }

    public async ValueTask DisposeAsync()
    {
        await partner.DisposeAsync();
        caller.Dispose();
        await provider.DisposeAsync();
    }

    [Fact]
    public async Task AnAssertion_IsRedeemedOnce_ForThePerson()
    {
        var (status, answer) = await caller.TokenAsync(Exchange(await IdTokenAsync()));
        Assert.True(status == 200, answer.ToString());
        Assert.Equal((IdJag, "N_A"), (Text(answer, "issued_token_type"), Text(answer, "token_type")));
        var assertion = new JsonWebToken(Text(answer, "access_token"));
        Assert.Equal(("oauth-id-jag+jwt", "alice", partner.Issuer, PartnerServer.ClientId, "read"), (assertion.Typ, assertion.Subject,
            Assert.Single(assertion.Audiences), assertion.GetPayloadValue<string>("client_id"), assertion.GetPayloadValue<string>("scope")));
        (status, answer) = await RedeemAsync(assertion.EncodedToken);
        Assert.True(status == 200, answer.ToString());
        Assert.Equal(("alice", "read"), (partner.SubjectOf(Text(answer, "access_token")), Text(answer, "scope")));
        Assert.Equal((400, "invalid_grant"), Outcome(await RedeemAsync(assertion.EncodedToken)));
        clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Null(partner.SubjectOf(Text(answer, "access_token")));
    }

    [Theory]
    [InlineData("client_secret", "wrong", "invalid_client")]
    [InlineData("client_id", "reports", "invalid_client")]
    [InlineData("audience", "https://other.example", "invalid_target")]
    [InlineData("audience", null, "invalid_target")]
    [InlineData("subject_token", "x.y.z", "invalid_grant")]
    [InlineData("subject_token_type", "urn:ietf:params:oauth:token-type:access_token", "invalid_request")]
    public async Task AWrongExchange_GivesNoAssertion(string name, string? value, string error)
    {
        var form = Exchange(await IdTokenAsync());
        if (value is null) form.Remove(name);
        else form[name] = value;
        Assert.Equal(error, Outcome(await caller.TokenAsync(form)).Error);
    }

    [Fact]
    public async Task OtherTokens_AreNoAssertions_AndAnAssertionEnds()
    {
        var id = await IdTokenAsync();
        Assert.Equal((400, "invalid_grant"), Outcome(await RedeemAsync(id)));
        Assert.Equal((400, "invalid_grant"), Outcome(await RedeemAsync(await provider.IssueForAsync("alice", partner.Issuer))));
        Assert.Equal("invalid_grant", Outcome(await caller.TokenAsync(Exchange(await provider.IssueForAsync("alice", "gateway")))).Error);
        await using var other = await PartnerServer.StartAsync(provider, clock);
        var forOther = Exchange(id);
        forOther["audience"] = other.Issuer;
        Assert.Equal((400, "invalid_grant"), Outcome(await RedeemAsync(Text((await caller.TokenAsync(forOther)).Answer, "access_token"))));
        var assertion = Text((await caller.TokenAsync(Exchange(id))).Answer, "access_token");
        Assert.Equal((401, "invalid_client"), Outcome(await RedeemAsync(assertion, "wrong")));
        clock.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal((400, "invalid_grant"), Outcome(await RedeemAsync(assertion)));
    }

    private Dictionary<string, string> Exchange(string idToken) => new(ProviderCaller.Exchange(idToken))
    {
        ["requested_token_type"] = IdJag,
        ["subject_token_type"] = IdToken,
        ["audience"] = partner.Issuer,
    };

    private async Task<string> IdTokenAsync()
    {
        var query = new Dictionary<string, string?>
        {
            ["client_id"] = "gateway",
            ["response_type"] = "code",
            ["redirect_uri"] = Redirect,
            ["scope"] = "openid",
            ["code_challenge"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier))),
            ["code_challenge_method"] = "S256",
        };
        using var response = await caller.Http.GetAsync(
            new Uri(QueryHelpers.AddQueryString(provider.AuthorizationEndpoint, query)), TestContext.Current.CancellationToken);
        var (_, tokens) = await caller.TokenAsync(new(ProviderCaller.ForItself())
        {
            ["grant_type"] = "authorization_code",
            ["code"] = QueryHelpers.ParseQuery(response.Headers.Location!.Query)["code"].ToString(),
            ["redirect_uri"] = Redirect,
            ["code_verifier"] = Verifier,
        });
        return Text(tokens, "id_token");
    }

    private async Task<(int Status, JsonElement Answer)> RedeemAsync(string assertion, string secret = PartnerServer.ClientSecret)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "urn:ietf:params:oauth:grant-type:jwt-bearer",
            ["client_id"] = PartnerServer.ClientId,
            ["client_secret"] = secret,
            ["assertion"] = assertion,
        });
        using var response = await caller.Http.PostAsync(new Uri(partner.TokenEndpoint), form, TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, JsonElement.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
    }

    private static (int Status, string Error) Outcome((int Status, JsonElement Answer) result) =>
        (result.Status, result.Answer.TryGetProperty("error", out var error) ? error.GetString()! : "");

    private static string Text(JsonElement answer, string name) => answer.GetProperty(name).GetString()!;
}
