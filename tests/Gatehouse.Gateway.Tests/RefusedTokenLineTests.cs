using System.Net;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests;

/// <summary>An operator learns why tokens are refused, without a flood of lines, and without a text of a token (CWE-532, CWE-779).</summary>
public sealed class RefusedTokenLineTests
{
    [Fact]
    public async Task ARefusedToken_HasALineForItsIssuerAndCause_OnceAnHourWithTheNumber()
    {
        var clock = new ManualTimeProvider();
        await using var gateway = await TestGateway.StartAsync(time: clock);
        var issuer = gateway.Host.Development!.TrustedIssuer.Profile.Issuer;
        var foreign = Payload("""{"iss":"https://mallory.example","sub":"canary"}""");
        for (var i = 0; i < 3; i++) await RefusedAsync(gateway, gateway.Token(audience: "https://other.example/mcp"));
        for (var i = 0; i < 2; i++) await RefusedAsync(gateway, foreign);
        await RefusedAsync(gateway, "canary");
        Assert.Equal(
            [
                $"{issuer}: tokens are refused, AudienceMismatch; 1 token since the last line about both",
                "unknown issuer: tokens are refused, IssuerMismatch; 1 token since the last line about both",
                "unknown issuer: tokens are refused, Malformed; 1 token since the last line about both",
            ], Lines(gateway));

        clock.Advance(TimeSpan.FromHours(1));
        await RefusedAsync(gateway, foreign);
        Assert.Equal("unknown issuer: tokens are refused, IssuerMismatch; 2 tokens since the last line about both", Lines(gateway)[^1]);
        Assert.DoesNotContain("mallory", gateway.Diagnostics, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", gateway.Diagnostics, StringComparison.Ordinal);
    }

    private static string Payload(string claims) => string.Join('.',
        Base64Url("""{"alg":"ES256","typ":"at+jwt","kid":"k"}"""), Base64Url(claims), Base64Url(new string('s', 64)));

    private static string Base64Url(string text) => System.Buffers.Text.Base64Url.EncodeToString(System.Text.Encoding.UTF8.GetBytes(text));

    private static async Task RefusedAsync(TestGateway gateway, string token) => Assert.Equal(
        HttpStatusCode.Unauthorized, (await gateway.CallAsync(gateway.Post("""{"jsonrpc":"2.0","id":1,"method":"ping"}""", token))).Status);

    private static List<string> Lines(TestGateway gateway) =>
        [.. gateway.Diagnostics.Split('\n').Where(line => line.Contains("tokens are refused", StringComparison.Ordinal))];
}
