using Gatehouse.AuthorizationServer.Protocol;
using Gatehouse.AuthorizationServer.Tokens;

namespace Gatehouse.AuthorizationServer.Tests.Tokens;

/// <summary>Behind a proxy all strangers are one address block, and one of them must not keep everyone out (CWE-770).</summary>
public sealed class FailureRatesTests : IDisposable
{
    private readonly TokenBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task ARequestWithACredentialInForce_IsAnsweredAboveTheRateOfAll()
    {
        var (first, second, code) = (await bench.SignInAsync(), await bench.SignInAsync(), await bench.CodeAsync());
        await SpendAsync();
        var next = await bench.RefreshAsync(first.Refresh);
        Assert.Equal(200, next.Status);
        Assert.Equal(200, (await bench.RedeemAsync(code)).Status);
        Assert.Equal("true", (await AskAsync(bench.Introspection.AnswerAsync, next.Access))["active"]!.ToLowerInvariant());
        var revoked = await TokenBench.SendAsync(bench.Revocation.AnswerAsync, [("token", second.Refresh), ("client_id", TokenBench.Public.Id)]);
        Assert.Equal(200, revoked.Status);
    }

    [Fact]
    public async Task AnInventedOrSpentCredential_IsNotAnsweredAboveTheRate()
    {
        var first = await bench.SignInAsync();
        await bench.RefreshAsync(first.Refresh);
        await SpendAsync();
        Assert.Equal(429, (await bench.RefreshAsync(first.Refresh)).Status);
        Assert.Equal(429, (await bench.RefreshAsync(CredentialText.New(CredentialText.RefreshPrefix).Reveal().ToString())).Status);
        Assert.Equal(429, (await bench.RefreshAsync("no token")).Status);
    }

    // A thief could follow the client with a token that was stolen once: within the grace the used token gives its successor.
    [Fact]
    public async Task AboveTheRate_AWrongRequestDoesNotShowWhetherATokenIsInForce()
    {
        var (used, unused) = (await bench.SignInAsync(), await bench.SignInAsync());
        await bench.RefreshAsync(used.Refresh);
        await SpendAsync();
        foreach (var (name, value) in new[] { ("resource", "https://x.example/"), ("scope", "other"), (":proof", "no proof"), ("client_id", "other") })
            Assert.Equal(await bench.RefreshAsync(used.Refresh, (name, value)), await bench.RefreshAsync(unused.Refresh, (name, value)));
        Assert.Equal(200, (await bench.RefreshAsync(unused.Refresh)).Status);
    }

    [Fact]
    public async Task FailuresWithOneCredentialInForce_AreBoundedToo_AndLeaveOthersTheirs()
    {
        var (mallory, alice) = (await bench.SignInAsync(), await bench.SignInAsync());
        await SpendAsync();
        for (var count = 0; count < FailureRates.MostFailuresPerMinute * FailureRates.CredentialShare / 100; count++)
            Assert.Equal(429, (await bench.RefreshAsync(mallory.Refresh, ("client_secret", $"guess {count}"))).Status);
        Assert.Equal(429, (await bench.RefreshAsync(mallory.Refresh)).Status);
        Assert.Equal(200, (await bench.RefreshAsync(alice.Refresh)).Status);
    }

    private static Task<TokenBench.Received> AskAsync(
        Func<OAuthRequest, CancellationToken, ValueTask<OAuthResponse>> endpoint, string token) => TokenBench.SendAsync(
        endpoint, [("token", token), (":authorization", TokenBench.Basic(TokenBench.Confidential.Id, TokenBench.Secret))]);

    // Nothing of these reaches the store.
    private async Task SpendAsync()
    {
        for (var count = 0; count < FailureRates.MostFailuresPerMinute; count++) await bench.SendAsync([("a", "b")]);
        Assert.Equal(429, (await bench.SendAsync([("a", "b")])).Status);
    }
}
