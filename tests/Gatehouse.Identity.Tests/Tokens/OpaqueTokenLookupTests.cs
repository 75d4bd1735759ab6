using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Clients;
using Gatehouse.Identity.Introspection;
using Gatehouse.Identity.Issuers;
using Gatehouse.Identity.Partitions;
using Gatehouse.Identity.Revocations;
using Gatehouse.Identity.Tests.Introspection;
using Gatehouse.Identity.Tests.Support;
using Gatehouse.Identity.Tokens;
using Gatehouse.Identity.Validation;
using Gatehouse.Testing;

namespace Gatehouse.Identity.Tests.Tokens;

/// <summary>Opaque tokens of an issuer in the same process.</summary>
public sealed class OpaqueTokenLookupTests
{
    private const string Issuer = "https://gateway.example";
    private const string Resource = "https://gateway.example/files";
    private const int MostFruitless = 40;

    private readonly ManualTimeProvider clock = new();
    private readonly Tokens tokens = new();
    private readonly OpaqueTokenLookup lookup;
    private readonly TokenValidator validator;

    public OpaqueTokenLookupTests()
    {
        lookup = new OpaqueTokenLookup(tokens, clock, () => 50, MostFruitless);
        validator = Validator(Own(lookup));
        tokens.Claims = $$"""
            {
              "active":true,"token_type":"Bearer","iss":"{{Issuer}}","sub":"corp:alice","aud":"{{Resource}}","client_id":"c",
              "exp":{{Now + 600}},"iat":{{Now}}
            }
            """;
    }

    private long Now => clock.GetUtcNow().ToUnixTimeSeconds();

    [Fact]
    public async Task AToken_IsLookedUpOnce_AlsoInParallel()
    {
        tokens.Gate = new TaskCompletionSource();
        var uses = Enumerable.Range(0, 100).Select(_ => ValidateAsync("own_good")).ToList();
        tokens.Gate.SetResult();
        Assert.All(await Task.WhenAll(uses), use => Assert.True(use.IsVerified));
        Assert.True((await ValidateAsync("own_good")).IsVerified);
        Assert.Single(tokens.Asked);
    }

    [Theory]
    [InlineData("exp", "1")]
    [InlineData("iss", "\"https://other.example\"")]
    [InlineData("token_type", "\"refresh\"")]
    [InlineData("cnf", "{\"other\":1}")]
    public async Task Claims_AreJudgedLikeThoseOfEveryIssuer(string name, string value)
    {
        var claims = System.Text.Json.Nodes.JsonNode.Parse(tokens.Claims!)!;
        claims[name] = System.Text.Json.Nodes.JsonNode.Parse(value);
        tokens.Claims = claims.ToJsonString();
        Assert.False((await ValidateAsync("own_good")).IsVerified);
    }

    [Fact]
    public async Task AnUnknownToken_IsRememberedForAFewSeconds()
    {
        tokens.Claims = null;
        for (var count = 0; count < 10; count++)
            Assert.Equal(TokenRefusal.NotActive, (await ValidateAsync("own_unknown")).Refusal);
        Assert.Single(tokens.Asked);
        Assert.Equal(1, lookup.UnknownCount);
        clock.Advance(OpaqueTokenLookup.UnknownLife);
        Assert.Equal(TokenRefusal.NotActive, (await ValidateAsync("own_unknown")).Refusal);
        Assert.Equal(2, tokens.Asked.Count);
        clock.Advance(OpaqueTokenLookup.UnknownLife);
        lookup.Sweep(clock.GetUtcNow());
        Assert.Equal(0, lookup.UnknownCount);
    }

    [Fact]
    public async Task InventedTokens_SpendThePartOfTheirBlock_GoodOnesSpendNothing()
    {
        var good = tokens.Claims;
        tokens.Claims = null;
        var refusals = new List<TokenRefusal?>();
        for (var count = 0; count < MostFruitless; count++)
            refusals.Add((await ValidateAsync($"own_{count}", "192.0.2.1")).Refusal);
        Assert.Equal(MostFruitless / 2, refusals.Count(refusal => refusal == TokenRefusal.NotActive));
        Assert.Equal(MostFruitless / 2, refusals.Count(refusal => refusal == TokenRefusal.KeysUnavailable));
        tokens.Claims = good;
        clock.Advance(TimeSpan.FromSeconds(10));
        for (var count = 0; count < 200; count++)
            Assert.True((await ValidateAsync($"own_good_{count}", "192.0.2.2")).IsVerified);
    }

    [Fact]
    public async Task UnknownTokensOfOneBlock_DoNotPushOutThoseOfOthers()
    {
        var lookup = new OpaqueTokenLookup(tokens, clock, () => 10, mostFruitless: 1_000_000);
        var validator = Validator(Own(lookup));
        tokens.Claims = null;
        await ValidateAsync("own_other", "192.0.2.2", validator);
        for (var count = 0; count < OpaqueTokenLookup.MostUnknown + 10; count++)
            await ValidateAsync($"own_{count}", "192.0.2.1", validator);
        Assert.True(lookup.UnknownCount <= (OpaqueTokenLookup.MostUnknown / 2) + 1);
        var asked = tokens.Asked.Count;
        await ValidateAsync("own_other", "192.0.2.2", validator);
        Assert.Equal(asked, tokens.Asked.Count);
    }

    [Fact]
    public async Task ALookUpThatFails_LetsNoCallerIn_AndIsNotRemembered()
    {
        tokens.Fault = new InvalidOperationException("own_good is a secret");
        Assert.Equal(TokenRefusal.KeysUnavailable, (await ValidateAsync("own_good")).Refusal);
        tokens.Fault = null;
        Assert.True((await ValidateAsync("own_good")).IsVerified);
        Assert.Equal(2, tokens.Asked.Count);
    }

    [Fact]
    public async Task AnOwnToken_IsShownToNoOtherIssuer()
    {
        var profile = new IssuerProfile { Issuer = "https://login.example" };
        var transport = new FakeIntrospection();
        var options = new IntrospectionOptions
        {
            Endpoint = new Uri("https://login.example/introspect"),
            Client = new ClientSecret("gateway", () => new SecretText("secret")),
        };
        var introspector = new TokenIntrospector(profile, options, transport, new FakeFetcher(), null, clock);
        var other = new TrustedIssuer(profile, new StaticIssuerKeys(TestKeySet.Of(ValidatorBench.Es256)), introspector);
        var validator = Validator(other, Own(lookup));
        tokens.Claims = null;
        Assert.Equal(TokenRefusal.NotActive, (await ValidateAsync("own_unknown", validator: validator)).Refusal);

        // A client that sends its refresh token as an access token gives it to no other party.
        Assert.Equal(TokenRefusal.NotActive, (await ValidateAsync("refresh_good", validator: validator)).Refusal);
        var use = new TokenUse(Resource) { Issuers = ["https://login.example"] };
        var result = await validator.ValidateAsync(new AccessTokenValue("own_good"), use, TestContext.Current.CancellationToken);
        Assert.Equal(TokenRefusal.IssuerMismatch, result.Refusal);
        Assert.Empty(transport.Asked);
    }

    [Fact]
    public void TwoIssuersOfOneProcess_AreRefused()
    {
        var second = new TrustedIssuer(
            new IssuerProfile { Issuer = "https://second.example" }, new StaticIssuerKeys(TestKeySet.Of(ValidatorBench.Es256)), null, lookup);
        Assert.Throws<ArgumentException>(() => Validator(Own(lookup), second));
    }

    private static TrustedIssuer Own(OpaqueTokenLookup lookup) =>
        new(new IssuerProfile { Issuer = Issuer }, new StaticIssuerKeys(TestKeySet.Of(ValidatorBench.Es256)), null, lookup);

    private TokenValidator Validator(params TrustedIssuer[] issuers) =>
        new(issuers, new InMemoryRevocationList(clock), new VerifiedTokenCache(), clock);

    private async Task<TokenResult> ValidateAsync(string token, string address = "192.0.2.9", TokenValidator? validator = null)
    {
        var use = new TokenUse(Resource) { Peer = CallerPartition.Of(IPAddress.Parse(address)) };
        return await (validator ?? this.validator).ValidateAsync(new AccessTokenValue(token), use, TestContext.Current.CancellationToken);
    }

    private sealed class Tokens : IOpaqueTokens
    {
        public string Prefix => "own_";

        public IReadOnlyList<string> OtherPrefixes => ["refresh_"];

        public string? Claims { get; set; }

        public Exception? Fault { get; set; }

        public TaskCompletionSource? Gate { get; set; }

        public ConcurrentQueue<TokenHash> Asked { get; } = [];

        public async ValueTask<byte[]?> FindAsync(TokenHash hash, CancellationToken cancellationToken)
        {
            Assert.Equal(hash.ToString(), Convert.ToHexStringLower(hash.ToArray()));
            Asked.Enqueue(hash);
            if (Gate is not null) await Gate.Task;
            if (Fault is not null) throw Fault;
            return Claims is null ? null : Encoding.UTF8.GetBytes(Claims);
        }
    }
}
