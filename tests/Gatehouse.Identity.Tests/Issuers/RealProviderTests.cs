using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Clients;
using Gatehouse.Identity.Introspection;
using Gatehouse.Identity.Issuers;
using Gatehouse.Identity.ProofOfPossession;
using Gatehouse.Identity.Revocations;
using Gatehouse.Identity.Tests.Support;
using Gatehouse.Identity.Tokens;
using Gatehouse.Identity.Validation;
using Gatehouse.Testing;

namespace Gatehouse.Identity.Tests.Issuers;

/// <summary>Tokens of a real OpenID provider, its keys found by real discovery over loopback.</summary>
public sealed class RealProviderTests
{
    [Theory]
    [InlineData("ES256")]
    [InlineData("RS256")]
    [InlineData("PS256")]
    public async Task Accepts_TheProvidersTokenForThisResourceOnly(string algorithm)
    {
        await using var provider = await OidcProvider.StartAsync(algorithm);
        using var fetcher = new LoopbackFetcher();
        using var keys = new JwksCache(provider.Issuer, fetcher, TimeProvider.System);
        var validator = Validator(provider, keys, algorithm);

        var result = await ValidateAsync(validator, await provider.GetTokenAsync(OidcProvider.Resource));
        Assert.True(result.IsVerified, $"{result.Refusal} {keys.LastFault}");
        Assert.Equal("svc", result.Token.ClientId);
        Assert.Equal([OidcProvider.Resource], result.Token.Audiences);
        Assert.Equal(["mcp:read", "mcp:tools"], result.Token.Scopes.Order());

        var other = await provider.GetTokenAsync(OidcProvider.OtherResource);
        Assert.Equal(TokenRefusal.AudienceMismatch, (await ValidateAsync(validator, other)).Refusal);
    }

    [Fact]
    public async Task Refuses_AnAlgorithmThatTheProfileDoesNotList()
    {
        await using var provider = await OidcProvider.StartAsync("RS256");
        using var fetcher = new LoopbackFetcher();
        using var keys = new JwksCache(provider.Issuer, fetcher, TimeProvider.System);
        var validator = Validator(provider, keys, "ES256");
        Assert.Equal(TokenRefusal.AlgorithmNotAllowed, (await ValidateAsync(validator, await provider.GetTokenAsync(OidcProvider.Resource))).Refusal);
    }

    [Fact]
    public async Task FollowsTheProviderToNewKeysAndRefusesTokensOfTheOldOnes()
    {
        using var fetcher = new LoopbackFetcher();
        var provider = await OidcProvider.StartAsync("ES256");
        using var keys = new JwksCache(provider.Issuer, fetcher, TimeProvider.System);
        var validator = Validator(provider, keys, "ES256");
        var earlier = await provider.GetTokenAsync(OidcProvider.Resource);
        Assert.True((await ValidateAsync(validator, earlier)).IsVerified);
        await provider.DisposeAsync();

        Assert.True((await ValidateAsync(validator, earlier)).IsVerified, "a provider that is down does not end a token");

        await using var restarted = await OidcProvider.StartAsync("ES256", provider.Port);
        var later = await ValidateAsync(validator, await restarted.GetTokenAsync(OidcProvider.Resource));
        Assert.True(later.IsVerified, $"{later.Refusal} {keys.LastFault}");
        Assert.NotNull((await ValidateAsync(validator, earlier)).Refusal);
    }

    // The stated refusals: a token of new keys is refused until they are published and fetched, one of old keys from then on. Nothing else is
    // refused, what was accepted once stays so, and no other token is ever accepted, whatever the provider does meanwhile.
    [Fact]
    [Trait("Requirement", "ID-02")]
    public async Task RotationLagAndOutage_UnderLoad_GiveNoWrongAnswer()
    {
        using var real = new LoopbackFetcher();
        var fetcher = new LaggingFetcher(real);
        var provider = await OidcProvider.StartAsync("ES256");
        var options = new JwksCacheOptions
        { FirstRetry = TimeSpan.FromMilliseconds(100), LongestRetry = TimeSpan.FromSeconds(1), ProvokedFetchesPerMinute = 60 };
        using var keys = new JwksCache(provider.Issuer, fetcher, TimeProvider.System, options);
        var validator = Validator(provider, keys, "ES256");
        var before = await provider.GetTokenAsync(OidcProvider.Resource);
        var load = new TokenLoad(validator);
        load.Never(await provider.GetTokenAsync(OidcProvider.OtherResource), TokenRefusal.AudienceMismatch, TokenRefusal.UnknownKey);
        load.Never(() => Resigned(before), TokenRefusal.SignatureInvalid, TokenRefusal.UnknownKey);
        load.Never(() => WithKeyId(before, Guid.NewGuid().ToString("N")), TokenRefusal.UnknownKey);
        var old = load.Watch(before);
        load.Start();
        await old.UntilAsync(watch => watch.Accepted > 100);

        await provider.DisposeAsync(); // down
        await load.RoundsAsync(200);
        Assert.Equal(0, old.Refused);

        fetcher.Lags = true; // up again with new keys, and what is published are the old ones
        await using var restarted = await OidcProvider.StartAsync("ES256", provider.Port);
        var fresh = load.Watch(await restarted.GetTokenAsync(OidcProvider.Resource));
        await fresh.UntilAsync(watch => watch.Refused > 50);
        Assert.Equal((0, 0), (old.Refused, fresh.Accepted));

        fetcher.Lags = false;
        await fresh.UntilAsync(watch => watch.Accepted > 100);
        await old.UntilAsync(watch => watch.Refused > 50);
        await restarted.DisposeAsync(); // down once more
        await load.RoundsAsync(200);
        await load.StopAsync();
        Assert.Equal("", load.Faults);
        Assert.Equal([TokenRefusal.UnknownKey], fresh.Reasons);
        Assert.All(old.Reasons, reason => Assert.Contains(reason, new[] { TokenRefusal.UnknownKey, TokenRefusal.SignatureInvalid }));
        Assert.True(old.IsMonotonic && fresh.IsMonotonic, "an answer about a token changed back");
    }

    private static string Resigned(string token) =>
        $"{token[..token.LastIndexOf('.')]}.{System.Buffers.Text.Base64Url.EncodeToString(System.Security.Cryptography.RandomNumberGenerator.GetBytes(64))}";

    private static string WithKeyId(string token, string keyId)
    {
        var parts = token.Split('.');
        var header = System.Text.Json.Nodes.JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(parts[0]))!;
        header["kid"] = keyId;
        return $"{System.Buffers.Text.Base64Url.EncodeToString(System.Text.Encoding.UTF8.GetBytes(header.ToJsonString()))}.{parts[1]}.{parts[2]}";
    }

    [Fact]
    [Trait("Requirement", "ID-02")]
    public async Task AsksTheProviderAboutItsOpaqueTokens()
    {
        await using var provider = await OidcProvider.StartAsync("ES256", format: "opaque");
        using var fetcher = new LoopbackFetcher();
        using var transport = new LoopbackIntrospection();
        using var keys = new JwksCache(provider.Issuer, fetcher, TimeProvider.System);
        var clock = new ManualTimeProvider(TimeProvider.System.GetUtcNow());
        var (validator, introspector) = Introspecting(provider, keys, fetcher, transport, clock);

        var token = await provider.GetTokenAsync(OidcProvider.Resource);
        Assert.DoesNotContain('.', token);
        var result = await ValidateAsync(validator, token);
        Assert.True(result.IsVerified, $"{result.Refusal} {introspector.LastFault}");
        Assert.Equal(("svc", "svc"), (result.Token.Subject, result.Token.ClientId));
        Assert.True(result.Token.IsApplication);
        Assert.Equal(["mcp:read", "mcp:tools"], result.Token.Scopes.Order());
        Assert.Equal(TokenRefusal.AudienceMismatch,
            (await ValidateAsync(validator, await provider.GetTokenAsync(OidcProvider.OtherResource))).Refusal);
        Assert.Equal(TokenRefusal.NotActive, (await ValidateAsync(validator, "never-issued")).Refusal);

        // Revoked at the provider: known here when the answer's life is over.
        await provider.RevokeAsync(token);
        Assert.True((await ValidateAsync(validator, token)).IsVerified);
        clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(TokenRefusal.NotActive, (await ValidateAsync(validator, token)).Refusal);
    }

    [Theory]
    [Trait("Requirement", "ID-06")]
    [InlineData("jwt")]
    [InlineData("opaque")]
    public async Task HoldsTheProvidersBoundTokensToTheirKey(string format)
    {
        await using var provider = await OidcProvider.StartAsync("ES256", format: format);
        using var fetcher = new LoopbackFetcher();
        using var transport = new LoopbackIntrospection();
        using var keys = new JwksCache(provider.Issuer, fetcher, TimeProvider.System);
        using var client = new DPoPProofMaker(TimeProvider.System);
        using var thief = new DPoPProofMaker(TimeProvider.System);
        var (validator, introspector) = Introspecting(provider, keys, fetcher, transport, TimeProvider.System);
        var token = await provider.GetTokenAsync(OidcProvider.Resource, client);

        var good = await UseAsync(client);
        Assert.True(good.IsVerified, $"{good.Refusal} {introspector.LastFault} {keys.LastFault}");
        Assert.Equal(client.Thumbprint, good.Token.Binding?.KeyThumbprint);
        Assert.Equal(TokenRefusal.ProofKeyMismatch, (await UseAsync(thief)).Refusal);
        Assert.Equal(TokenRefusal.SenderConstrained, (await ValidateAsync(validator, token)).Refusal);

        async Task<TokenResult> UseAsync(DPoPProofMaker prover) => await validator.ValidateAsync(
            new AccessTokenValue(token),
            new TokenUse(OidcProvider.Resource)
            {
                Evidence = new PossessionEvidence
                { Scheme = TokenScheme.DPoP, Method = "POST", Proof = prover.Make("POST", OidcProvider.Resource, token) }
            },
            TestContext.Current.CancellationToken);
    }

    private static (TokenValidator Validator, TokenIntrospector Introspector) Introspecting(
        OidcProvider provider, JwksCache keys, LoopbackFetcher fetcher, LoopbackIntrospection transport, TimeProvider time)
    {
        var profile = new IssuerProfile { Issuer = provider.Issuer, Algorithms = ["ES256"] };
        var options = new IntrospectionOptions { Client = new ClientSecret("gateway", () => new SecretText("gateway-secret")) };
        var introspector = new TokenIntrospector(profile, options, transport, fetcher, null, time);
        var proofs = new DPoPProofs(new InMemoryDPoPReplayCache(time), new DPoPNonces(() => [new byte[DPoPNonces.KeyBytes]], time),
            new DPoPOptions { DemandNonce = false }, time);
        return (new TokenValidator([new TrustedIssuer(profile, keys, introspector)], new InMemoryRevocationList(time), new VerifiedTokenCache(),
            time, proofs), introspector);
    }

    private static TokenValidator Validator(OidcProvider provider, JwksCache keys, string algorithm)
    {
        var profile = new IssuerProfile { Issuer = provider.Issuer, Algorithms = [algorithm] };
        return new TokenValidator([new TrustedIssuer(profile, keys)], new InMemoryRevocationList(TimeProvider.System), new VerifiedTokenCache(),
            TimeProvider.System);
    }

    private static async Task<TokenResult> ValidateAsync(TokenValidator validator, string token) =>
        await validator.ValidateAsync(new AccessTokenValue(token), OidcProvider.Resource, TestContext.Current.CancellationToken);
}
