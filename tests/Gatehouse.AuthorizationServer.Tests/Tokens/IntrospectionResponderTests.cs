using System.Buffers.Text;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.AuthorizationServer.Tokens;
using Gatehouse.Identity.Revocations;
using Gatehouse.Settings;

namespace Gatehouse.AuthorizationServer.Tests.Tokens;

/// <summary>The introspection endpoint (RFC 7662).</summary>
public sealed class IntrospectionResponderTests : IDisposable
{
    private const string Inactive = """{"active":false}""";

    private readonly TokenBench bench = new();

    public void Dispose() => bench.Dispose();

    [Theory]
    [InlineData(AccessTokenFormat.Opaque)]
    [InlineData(AccessTokenFormat.Jwt)]
    public async Task AnAccessTokenInForce_IsActive_WithItsClaims(AccessTokenFormat format)
    {
        bench.Settings = bench.Settings with { AccessTokens = format };
        var answer = await IntrospectAsync((await bench.SignInAsync()).Access);
        Assert.Equal(
            ("True", "Bearer", TokenBench.Issuer, "corp:alice", TokenBench.Resource, TokenBench.Public.Id, "read write"),
            (answer["active"], answer["token_type"], answer["iss"], answer["sub"], answer["aud"], answer["client_id"], answer["scope"]));
        Assert.Equal(("""["staff"]""", """["reader"]""", "mfa"), (answer["groups"], answer["roles"], answer["acr"]));
        Assert.DoesNotContain("token of the provider", answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(AccessTokenFormat.Opaque)]
    [InlineData(AccessTokenFormat.Jwt)]
    public async Task ATokenThatIsOver_Revoked_OrOfAGoneResource_IsNotActive(AccessTokenFormat format)
    {
        bench.Settings = bench.Settings with { AccessTokens = format };
        var received = await bench.SignInAsync();
        bench.Resources.Clear();
        Assert.Equal(Inactive, (await IntrospectAsync(received.Access)).Body);
        bench.Resources.Add(TokenBench.Resource);
        Assert.NotEqual(Inactive, (await IntrospectAsync(received.Access)).Body);
        bench.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(Inactive, (await IntrospectAsync(received.Access)).Body);
        var second = await bench.RefreshAsync(received.Refresh);
        var now = bench.Clock.GetUtcNow();
        bench.Revocations.Revoke(new Revocation(RevocationKind.Subject, TokenBench.Issuer, "corp:alice", now, now.AddDays(7)));
        Assert.Equal(Inactive, (await IntrospectAsync(second.Access)).Body);
    }

    // RFC 7662 §2.2. Threat: a stolen token that an administrator revoked opens the other resource servers until it expires (CWE-613).
    [Theory]
    [InlineData(AccessTokenFormat.Opaque, RevocationKind.TokenId)]
    [InlineData(AccessTokenFormat.Opaque, RevocationKind.TokenHash)]
    [InlineData(AccessTokenFormat.Jwt, RevocationKind.TokenId)]
    [InlineData(AccessTokenFormat.Jwt, RevocationKind.TokenHash)]
    public async Task ATokenThatIsRevokedByItself_IsNotActive_AndAnotherOfItsGrantIs(AccessTokenFormat format, RevocationKind kind)
    {
        bench.Settings = bench.Settings with { AccessTokens = format };
        var stolen = await bench.SignInAsync();
        var next = await bench.RefreshAsync(stolen.Refresh);
        var (issuer, value) = kind == RevocationKind.TokenHash
            ? ("", Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(stolen.Access))))
            : (TokenBench.Issuer, (await IntrospectAsync(stolen.Access))["jti"]!);
        var now = bench.Clock.GetUtcNow();
        bench.Revocations.Revoke(new Revocation(kind, issuer, value, now, now.AddDays(7)));
        Assert.Equal(Inactive, (await IntrospectAsync(stolen.Access)).Body);
        Assert.NotEqual(Inactive, (await IntrospectAsync(next.Access)).Body);
    }

    // CWE-613. From an ECDSA signature (r, s) anyone can make (r, n - s), so that the same token has another hash.
    [Fact]
    public async Task ATokenThatIsRevokedByItsHash_IsNotActiveWithTheOtherFormOfItsSignature()
    {
        bench.Settings = bench.Settings with { AccessTokens = AccessTokenFormat.Jwt };
        var stolen = (await bench.SignInAsync()).Access;
        var end = stolen.LastIndexOf('.') + 1;
        var signature = Base64Url.DecodeFromChars(stolen.AsSpan(end));
        var order = BigInteger.Parse(
            "0FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        var other = (order - new BigInteger(signature.AsSpan(32), isUnsigned: true, isBigEndian: true)).ToByteArray(true, true);
        signature.AsSpan(32).Clear();
        other.CopyTo(signature.AsSpan(64 - other.Length));
        var changed = stolen[..end] + Base64Url.EncodeToString(signature);
        Assert.NotEqual(Inactive, (await IntrospectAsync(changed)).Body);
        var now = bench.Clock.GetUtcNow();
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(stolen)));
        bench.Revocations.Revoke(new Revocation(RevocationKind.TokenHash, "", hash, now, now.AddDays(7)));
        Assert.Equal(Inactive, (await IntrospectAsync(changed)).Body);
    }

    [Fact]
    public async Task RefreshTokens_Codes_AndStrangersTexts_AreNeverActive()
    {
        var received = await bench.SignInAsync();
        foreach (var token in new[] { received.Refresh, await bench.CodeAsync(), "x", "a.b.c", received.Access + "A", received.Access[..^1] + "é" })
            Assert.Equal(Inactive, (await IntrospectAsync(token)).Body);
        Assert.Equal(200, (await bench.RefreshAsync(received.Refresh)).Status);
    }

    [Fact]
    public async Task OnlyAClientThatMay_AndProvesItsSecret_GetsAnAnswer()
    {
        var token = (await bench.SignInAsync()).Access;
        Assert.Equal(401, (await IntrospectAsync(token, ("client_secret", null))).Status);
        Assert.Equal(401, (await IntrospectAsync(token, ("client_secret", "x"))).Status);
        Assert.Equal(401, (await IntrospectAsync(token, ("client_secret", null), ("client_id", TokenBench.Public.Id))).Status);
        Assert.Equal(400, (await IntrospectAsync("")).Status);
    }

    private Task<TokenBench.Received> IntrospectAsync(string token, params (string Name, string? Value)[] changes) => TokenBench.SendAsync(
        bench.Introspection.AnswerAsync, [("token", token), ("client_id", "service"), ("client_secret", TokenBench.Secret)], changes);
}
