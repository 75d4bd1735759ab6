using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Issuers;
using Gatehouse.Identity.Revocations;
using Gatehouse.Identity.Tests.Support;
using Gatehouse.Identity.Tokens;
using Gatehouse.Identity.Validation;
using Gatehouse.Peers.Providers;
using Gatehouse.Testing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Gatehouse.Identity.Tests.Providers;

/// <summary>The provider of the tests refuses what a company's provider refuses: a gateway that passes against it sends right requests.</summary>
public sealed class OpenIddictProviderTests : IAsyncLifetime
{
    private readonly ManualTimeProvider clock = new(TimeProvider.System.GetUtcNow());
    private OpenIddictProvider provider = null!;
    private ProviderCaller caller = null!;

    public async ValueTask InitializeAsync()
    {
        provider = await OpenIddictProvider.StartAsync(new ProviderSetup { Time = clock });
        caller = new ProviderCaller(provider);
    }

    public ValueTask DisposeAsync()
    {
        caller.Dispose();
        return provider.DisposeAsync();
    }

    [Fact]
    public async Task TheMetadata_NameWhatItDoes_AndNotTheGrantOfTheTests()
    {
        var metadata = JsonElement.Parse(await caller.Http.GetStringAsync(
            new Uri(provider.Issuer + "/.well-known/openid-configuration"), TestContext.Current.CancellationToken));
        Assert.Equal(provider.Issuer, metadata.GetProperty("issuer").GetString());
        Assert.Equal(provider.TokenEndpoint, metadata.GetProperty("token_endpoint").GetString());
        Assert.Equal(provider.IntrospectionEndpoint, metadata.GetProperty("introspection_endpoint").GetString());
        Assert.Equal(["authorization_code", "client_credentials", "refresh_token", "urn:ietf:params:oauth:grant-type:token-exchange"],
            Texts(metadata, "grant_types_supported").Order());
        Assert.Equal(["client_secret_basic", "client_secret_post", "private_key_jwt"],
            Texts(metadata, "token_endpoint_auth_methods_supported").Where(name => name != "none").Order());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ASecret_GivesATokenOfTheClient(bool isBasic)
    {
        var form = ProviderCaller.ForItself("reports", ProviderSetup.ReportsSecret);
        if (isBasic) form = With(With(form, "client_secret", null), "client_id", null);
        var (status, answer) = await caller.TokenAsync(form, isBasic ? $"reports:{ProviderSetup.ReportsSecret}" : null);
        Assert.True(status == 200, answer.ToString());
        var token = Token(answer);
        Assert.Equal(("at+jwt", provider.Issuer, "reports", "reports", "read"),
            (token.Typ, token.Issuer, token.Subject, Assert.Single(token.Audiences), token.GetPayloadValue<string>("scope")));
        var request = Assert.Single(provider.Requests);
        Assert.Equal(("client_credentials", "reports", isBasic ? "client_secret_basic" : "client_secret_post"),
            (request.GrantType, request.ClientId, request.Authentication));
        var kept = string.Concat(request.Form.Values.Concat(request.Headers.Values));
        Assert.DoesNotContain(ProviderSetup.ReportsSecret, kept, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("client_secret", "wrong", "invalid_client")]
    [InlineData("client_secret", null, "invalid_request")]
    [InlineData("client_id", "nobody", "invalid_client")]
    [InlineData("client_id", "cli", "unauthorized_client")]
    [InlineData("scope", "read admin", "invalid_scope")]
    [InlineData("grant_type", "password", "unsupported_grant_type")]
    [InlineData("grant_type", "urn:gatehouse:peers:issue", "unauthorized_client")]
    public async Task AWrongRequestOfAClient_GetsNoToken(string name, string? value, string error) =>
        await AssertRefusedAsync(With(ProviderCaller.ForItself(), name, value), error);

    [Theory]
    [InlineData("")]
    [InlineData("iss")]
    [InlineData("sub")]
    [InlineData("aud")]
    [InlineData("exp")]
    [InlineData("long")]
    [InlineData("jti")]
    [InlineData("key")]
    public async Task AnAssertion_IsOfTheClientForThisProvider_ForAShortTime_AndOnce(string fault)
    {
        var form = ProviderCaller.WithAssertion(caller.Assertion(clock, fault));
        if (fault.Length == 0)
        {
            var (status, answer) = await caller.TokenAsync(form);
            Assert.True(status == 200, answer.ToString());
            Assert.Equal("private_key_jwt", provider.Requests[0].Authentication);
        }

        // The specification says invalid_client; OpenIddict has other codes for some.
        await AssertRefusedAsync(form, "invalid_client", "invalid_grant", "invalid_token");
    }

    [Fact]
    public async Task AnExchange_GivesATokenOfThePerson_ForTheOneAudience_WithTheClientAsActor()
    {
        var subject = await provider.IssueForAsync("alice", ProviderCaller.Gateway);
        Assert.Empty(provider.Requests);
        var (status, answer) = await caller.TokenAsync(ProviderCaller.Exchange(subject));
        Assert.True(status == 200, answer.ToString());
        Assert.Equal(("Bearer", "urn:ietf:params:oauth:token-type:access_token"), (Text(answer, "token_type"), Text(answer, "issued_token_type")));
        var token = Token(answer);
        Assert.Equal(("at+jwt", "alice", "crm", "read", "gateway"), (token.Typ, token.Subject, Assert.Single(token.Audiences),
            token.GetPayloadValue<string>("scope"), token.GetPayloadValue<JsonElement>("act").GetProperty("sub").GetString()));
        Assert.Equal(clock.GetUtcNow() + provider.TokenLife, new DateTimeOffset(token.ValidTo, TimeSpan.Zero), TimeSpan.FromSeconds(2));

        // What a server got is not exchanged again.
        await AssertRefusedAsync(ProviderCaller.Exchange(Text(answer, "access_token")), "invalid_request", "invalid_grant");
    }

    // RFC 8707: a server that is an address is named by resource.
    [Fact]
    public async Task AServerThatIsAnAddress_IsNamedByResource()
    {
        const string Server = "https://crm.example/mcp";
        await using var other = await OpenIddictProvider.StartAsync(new ProviderSetup
        {
            Time = clock,
            Clients = static key => [.. ProviderSetup.Usual(key).Select(static one => one.Id == "gateway" ? one with { Audiences = ["crm", Server] } : one)],
        });
        using var client = new ProviderCaller(other);
        var exchange = ProviderCaller.Exchange(await other.IssueForAsync("alice", ProviderCaller.Gateway));
        exchange.Remove("audience");
        foreach (var form in new[] { ProviderCaller.ForItself(), exchange })
        {
            form["resource"] = Server;
            var (status, answer) = await client.TokenAsync(form);
            Assert.True(status == 200, answer.ToString());
            Assert.Equal(Server, Assert.Single(Token(answer).Audiences));
            if (form == exchange)
                Assert.Equal(400, (await client.TokenAsync(With(exchange, "subject_token", Text(answer, "access_token")))).Status);
            form["resource"] = "https://payroll.example/mcp";
            (status, answer) = await client.TokenAsync(form);
            Assert.Equal((400, "invalid_target"), (status, Text(answer, "error")));
        }
    }

    [Fact]
    public async Task TheGateway_TakesTokensOfThePeople_AndNotThoseOfItsServers()
    {
        using var fetcher = new LoopbackFetcher();
        using var keys = new JwksCache(provider.Issuer, fetcher, clock);
        var profile = new IssuerProfile { Issuer = provider.Issuer, Algorithms = ["ES256"] };
        var validator = new TokenValidator([new TrustedIssuer(profile, keys)], new InMemoryRevocationList(clock), new VerifiedTokenCache(), clock);
        var subject = await provider.IssueForAsync("alice", ProviderCaller.Gateway, "mcp:tools mcp:read");
        var result = await validator.ValidateAsync(new AccessTokenValue(subject), ProviderCaller.Gateway, TestContext.Current.CancellationToken);
        Assert.True(result.IsVerified, $"{result.Refusal} {keys.LastFault}");
        Assert.Equal(("alice", "cli", "mcp:read mcp:tools"), (result.Token.Subject, result.Token.ClientId, string.Join(' ', result.Token.Scopes.Order())));
        var exchanged = Text((await caller.TokenAsync(ProviderCaller.Exchange(subject))).Answer, "access_token");
        result = await validator.ValidateAsync(new AccessTokenValue(exchanged), ProviderCaller.Gateway, TestContext.Current.CancellationToken);
        Assert.Equal(TokenRefusal.AudienceMismatch, result.Refusal);
    }

    [Theory]
    [InlineData("client_secret", null, "invalid_client")]
    [InlineData("client_secret", "wrong", "invalid_client")]
    [InlineData("audience", null, "invalid_target")]
    [InlineData("audience", "payroll", "invalid_target")]
    [InlineData("scope", "admin", "invalid_scope")]
    [InlineData("subject_token", null, "invalid_request")]
    [InlineData("subject_token", "x.y.z", "invalid_grant")]
    [InlineData("subject_token_type", null, "invalid_request")]
    [InlineData("subject_token_type", "urn:ietf:params:oauth:token-type:id_token", "invalid_request", "invalid_grant")]
    [InlineData("requested_token_type", "urn:ietf:params:oauth:token-type:saml2", "invalid_request")]
    public async Task AWrongExchange_GetsNoToken(string name, string? value, params string[] errors)
    {
        var subject = await provider.IssueForAsync("alice", ProviderCaller.Gateway);
        await AssertRefusedAsync(With(ProviderCaller.Exchange(subject), name, value), errors);
    }

    [Fact]
    public async Task ASubjectToken_IsOfThisProvider_Unchanged_AndNotExpired()
    {
        await using var other = await OpenIddictProvider.StartAsync(new ProviderSetup { Time = clock });
        await AssertRefusedAsync(ProviderCaller.Exchange(await other.IssueForAsync("alice", ProviderCaller.Gateway)), "invalid_grant");
        var subject = await provider.IssueForAsync("alice", ProviderCaller.Gateway);
        await AssertRefusedAsync(ProviderCaller.Exchange(subject[..^4] + "AAAA"), "invalid_grant");
        await AssertRefusedAsync(new(ProviderCaller.Exchange(subject)) { ["client_id"] = "reports", ["client_secret"] = ProviderSetup.ReportsSecret },
            "unauthorized_client");
        clock.Advance(TimeSpan.FromMinutes(6));
        await AssertRefusedAsync(ProviderCaller.Exchange(subject), "invalid_grant");
    }

    // Where the gateway signs people in itself, the tokens that it keeps are those that it exchanges.
    [Fact]
    public async Task ASignIn_GivesTokensToTheGateway_WhichItExchangesAndRefreshes()
    {
        const string Verifier = "abcdefghijklmnopqrstuvwxyz0123456789-verifier";
        const string Redirect = "http://127.0.0.1:8080/oauth/callback/corp";
        await provider.RegisterRedirectAsync("gateway", Redirect);
        var query = new Dictionary<string, string?>
        {
            ["client_id"] = "gateway",
            ["response_type"] = "code",
            ["redirect_uri"] = Redirect,
            ["scope"] = "openid email offline_access",
            ["state"] = "s",
            ["nonce"] = "n",
            ["code_challenge"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier))),
            ["code_challenge_method"] = "S256",
        };
        Assert.Equal("login_required", (await AuthorizeAsync())["error"]);
        provider.SignedIn = "alice";
        var answer = await AuthorizeAsync();
        Assert.Equal(("s", provider.Issuer), (answer["state"], answer["iss"]));
        var form = new Dictionary<string, string>(ProviderCaller.ForItself())
        {
            ["grant_type"] = "authorization_code",
            ["code"] = answer["code"]!,
            ["redirect_uri"] = Redirect,
            ["code_verifier"] = Verifier,
        };
        var (status, tokens) = await caller.TokenAsync(form);
        Assert.True(status == 200, tokens.ToString());
        await AssertRefusedAsync(form, "invalid_grant");
        var id = new JsonWebToken(Text(tokens, "id_token"));
        Assert.Equal(("alice", "gateway", "n", "alice@example.test"), (id.Subject, Assert.Single(id.Audiences),
            id.GetPayloadValue<string>("nonce"), id.GetPayloadValue<string>("email")));

        form["code"] = (await AuthorizeAsync())["code"]!;
        (_, tokens) = await caller.TokenAsync(form);
        (status, var refreshed) = await caller.TokenAsync(new(ProviderCaller.ForItself())
        { ["grant_type"] = "refresh_token", ["refresh_token"] = Text(tokens, "refresh_token") });
        Assert.True(status == 200, refreshed.ToString());
        (status, var exchanged) = await caller.TokenAsync(ProviderCaller.Exchange(Text(refreshed, "access_token")));
        Assert.True(status == 200, exchanged.ToString());
        Assert.Equal(("alice", "crm"), (Token(exchanged).Subject, Assert.Single(Token(exchanged).Audiences)));
        query["redirect_uri"] = Redirect + "/";
        await Assert.ThrowsAsync<InvalidOperationException>(AuthorizeAsync);

        async Task<Dictionary<string, string?>> AuthorizeAsync()
        {
            using var response = await caller.Http.GetAsync(
                new Uri(QueryHelpers.AddQueryString(provider.AuthorizationEndpoint, query)), TestContext.Current.CancellationToken);
            return response.Headers.Location is { } location
                ? QueryHelpers.ParseQuery(location.Query).ToDictionary(static pair => pair.Key, static pair => (string?)pair.Value.ToString())
                : throw new InvalidOperationException(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task Introspection_IsForTheClientThatTheTokenIsFor_AndSeesTheClaims()
    {
        await using var opaque = await OpenIddictProvider.StartAsync(new ProviderSetup { Time = clock, IsOpaque = true });
        using var client = new ProviderCaller(opaque);
        var (_, answer) = await client.TokenAsync(ProviderCaller.ForItself());
        var token = Text(answer, "access_token");
        Assert.DoesNotContain('.', token);
        Assert.True(await ActiveAsync(token));
        clock.Advance(TimeSpan.FromMinutes(6));
        Assert.False(await ActiveAsync(token));

        async Task<bool> ActiveAsync(string text)
        {
            using var form = new FormUrlEncodedContent(new Dictionary<string, string>
            { ["token"] = text, ["client_id"] = "gateway", ["client_secret"] = ProviderSetup.GatewaySecret });
            using var response = await client.Http.PostAsync(new Uri(opaque.IntrospectionEndpoint), form, TestContext.Current.CancellationToken);
            return JsonElement.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).GetProperty("active").GetBoolean();
        }
    }

    [Theory]
    [InlineData(BadAnswer.OtherPerson)]
    [InlineData(BadAnswer.OtherAudience)]
    [InlineData(BadAnswer.LongerScope)]
    [InlineData(BadAnswer.Expired)]
    [InlineData(BadAnswer.Unsigned)]
    [InlineData(BadAnswer.OtherTokenType)]
    [InlineData(BadAnswer.OtherIssuedType)]
    [InlineData(BadAnswer.NoToken)]
    [InlineData(BadAnswer.NoLife)]
    [InlineData(BadAnswer.Huge)]
    public async Task ABadAnswer_IsBadInOnePlace(BadAnswer bad)
    {
        var subject = await provider.IssueForAsync("alice", ProviderCaller.Gateway);
        provider.Bad = bad;
        var (status, answer) = await caller.TokenAsync(ProviderCaller.Exchange(subject));
        Assert.True(status == 200, answer.ToString());
        var token = answer.TryGetProperty("access_token", out var text) ? new JsonWebToken(text.GetString()) : null;
        Assert.Equal(bad == BadAnswer.NoToken, token is null);
        Assert.Equal(bad == BadAnswer.OtherPerson ? "mallory" : "alice", token?.Subject ?? "alice");
        Assert.Equal(bad == BadAnswer.OtherAudience ? "reports" : "crm", token?.Audiences.Single() ?? "crm");
        Assert.Equal(bad == BadAnswer.LongerScope ? "read admin" : "read", token?.GetPayloadValue<string>("scope") ?? "read");
        Assert.Equal(bad == BadAnswer.Expired, token is not null && token.ValidTo < clock.GetUtcNow());
        Assert.Equal(bad == BadAnswer.Unsigned, token?.Alg == "none");
        Assert.Equal(bad == BadAnswer.OtherTokenType ? "N_A" : "Bearer", Text(answer, "token_type"));
        Assert.Equal(bad == BadAnswer.OtherIssuedType, Text(answer, "issued_token_type").EndsWith(":refresh_token", StringComparison.Ordinal));
        Assert.Equal(bad != BadAnswer.NoLife, answer.TryGetProperty("expires_in", out _));
        Assert.Equal(bad == BadAnswer.Huge, answer.TryGetProperty("padding", out _));
    }

    [Theory]
    [InlineData(BadAnswer.Unavailable, 503)]
    [InlineData(BadAnswer.TooMany, 429)]
    [InlineData(BadAnswer.Redirect, 307)]
    [InlineData(BadAnswer.Html, 200)]
    [InlineData(BadAnswer.Empty, 200)]
    [InlineData(BadAnswer.Nothing, null)]
    public async Task AFaultInFrontOfTheProvider_HasNoToken(BadAnswer bad, int? expected)
    {
        provider.Bad = bad;
        if (expected is null)
        {
            await Assert.ThrowsAsync<HttpRequestException>(() => caller.TokenAsync(ProviderCaller.ForItself()));
            return;
        }

        var (status, answer) = await caller.TokenAsync(ProviderCaller.ForItself());
        Assert.Equal((expected, JsonValueKind.Undefined), (status, answer.ValueKind));
    }

    [Fact]
    public async Task ASlowProvider_AnswersWhenTheTestSaysSo()
    {
        provider.Bad = BadAnswer.Slow;
        var asked = caller.TokenAsync(ProviderCaller.ForItself());
        await Eventually.TrueAsync(() => provider.Waiting == 1, "the request waits");
        Assert.False(asked.IsCompleted);
        provider.Release();
        Assert.Equal(200, (await asked).Status);
    }

    private async Task AssertRefusedAsync(Dictionary<string, string> form, params string[] errors)
    {
        var (status, answer) = await caller.TokenAsync(form);
        Assert.True(status is 400 or 401, $"{status} {answer}");
        Assert.True(errors.Contains(Text(answer, "error")), answer.ToString());
        Assert.False(answer.TryGetProperty("access_token", out _));
    }

    private static Dictionary<string, string> With(Dictionary<string, string> form, string name, string? value)
    {
        var changed = new Dictionary<string, string>(form);
        if (value is null) changed.Remove(name);
        else changed[name] = value;
        return changed;
    }

    private static JsonWebToken Token(JsonElement answer) => new(Text(answer, "access_token"));

    private static string Text(JsonElement answer, string name) => answer.GetProperty(name).GetString()!;

    private static IEnumerable<string> Texts(JsonElement answer, string name) =>
        answer.GetProperty(name).EnumerateArray().Select(static text => text.GetString()!);
}
