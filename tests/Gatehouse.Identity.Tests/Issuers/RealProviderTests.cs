namespace Gatehouse.Identity.Tests;

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

    private static TokenValidator Validator(OidcProvider provider, JwksCache keys, string algorithm)
    {
        var profile = new IssuerProfile { Issuer = provider.Issuer, Algorithms = [algorithm] };
        return new TokenValidator([new TrustedIssuer(profile, keys)], new InMemoryRevocationList(TimeProvider.System), new VerifiedTokenCache(), TimeProvider.System);
    }

    private static async Task<TokenResult> ValidateAsync(TokenValidator validator, string token) =>
        await validator.ValidateAsync(new AccessTokenValue(token), OidcProvider.Resource, TestContext.Current.CancellationToken);
}
