using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Development;
using Gatehouse.Identity.Revocations;
using Gatehouse.Identity.Tokens;
using Gatehouse.Identity.Validation;
using Gatehouse.Testing;

namespace Gatehouse.Identity.Tests.Development;

public sealed class DevelopmentIssuerTests
{
    private const string Issuer = "http://127.0.0.1:8080";
    private const string Resource = "http://127.0.0.1:8080/mcp";

    private readonly ManualTimeProvider clock = new();

    [Fact]
    public async Task MintsATokenThatTheValidatorAccepts()
    {
        using var issuer = new DevelopmentIssuer(Issuer, clock);
        using var token = issuer.Mint(
            new DevelopmentGrant
            { Subject = "alice", Audience = Resource, Scopes = ["mcp:read"], Groups = ["staff"], Roles = ["admin"], SessionId = "s1" });
        var result = await ValidateAsync(issuer, token);
        Assert.True(result.IsVerified, $"{result.Refusal}");
        Assert.Equal(("alice", "gatehouse-dev", Issuer, "s1"),
            (result.Token.Subject, result.Token.ClientId, result.Token.Issuer, result.Token.SessionId));
        Assert.Equal(["mcp:read"], result.Token.Scopes);
        Assert.Equal(["staff"], result.Token.Groups);
        Assert.Equal(["admin"], result.Token.Roles);
        Assert.Equal(clock.GetUtcNow().AddHours(1), result.Token.ExpiresAt);
        Assert.NotNull(result.Token.TokenId);
    }

    [Fact]
    public async Task MintsTokensThatNoOtherStartAccepts()
    {
        using var issuer = new DevelopmentIssuer(Issuer, clock);
        using var next = new DevelopmentIssuer(Issuer, clock);
        using var token = issuer.Mint(new DevelopmentGrant { Subject = "alice", Audience = Resource });
        Assert.Equal(TokenRefusal.UnknownKey, (await ValidateAsync(next, token)).Refusal);
    }

    [Theory]
    [InlineData("https://gateway.example")]
    [InlineData("http://192.168.0.1:8080")]
    [InlineData("http://0.0.0.0:8080")]
    [InlineData("http://localhost.evil.test")]
    [InlineData("nonsense")]
    public void Refuses_AnIssuerThatIsNotOnLoopback(string issuer) =>
        Assert.Throws<ArgumentException>(() => new DevelopmentIssuer(issuer, clock));

    [Fact]
    public void Refuses_AGrantOutOfRange()
    {
        using var issuer = new DevelopmentIssuer(Issuer, clock);
        var grant = new DevelopmentGrant { Subject = "alice", Audience = Resource };
        Assert.Throws<ArgumentException>(() => issuer.Mint(grant with { Lifetime = TimeSpan.FromMinutes(61) }));
        Assert.Throws<ArgumentException>(() => issuer.Mint(grant with { Lifetime = TimeSpan.Zero }));
        Assert.Throws<ArgumentException>(() => issuer.Mint(grant with { Subject = " " }));
        Assert.Throws<ArgumentException>(() => issuer.Mint(grant with { Audience = "" }));
        Assert.Throws<ArgumentException>(() => issuer.Mint(grant with { Scopes = ["a b"] }));
    }

    private async Task<TokenResult> ValidateAsync(DevelopmentIssuer issuer, SecretText token)
    {
        var validator = new TokenValidator([issuer.TrustedIssuer], new InMemoryRevocationList(clock), new VerifiedTokenCache(), clock);
        return await validator.ValidateAsync(new AccessTokenValue(token.Reveal().ToString()), Resource, TestContext.Current.CancellationToken);
    }
}
