using Gatehouse.AuthorizationServer.Protocol;
using Gatehouse.AuthorizationServer.Tokens;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.AuthorizationServer.Tests.Tokens;

/// <summary>Behind a proxy all strangers are one address block, and one of them must not keep everyone out (CWE-770).</summary>
[Trait("NoRetry", "yes")]
public sealed class FailureRatesTests : IDisposable
{
    private const int MostUsesOfGrant = FailureRates.MostSpentUsesPerMinute * FailureRates.GrantShare / 100;

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

    // Resource servers ask about signed tokens too: one stranger would keep all of them from an answer.
    [Fact]
    public async Task ASignedTokenInForce_IsAnsweredAboveTheRateOfAll_AndAForgedOneIsNot()
    {
        bench.Settings = bench.Settings with { AccessTokens = AccessTokenFormat.Jwt };
        var (first, second) = (await bench.SignInAsync(), await bench.SignInAsync());
        await SpendAsync();
        Assert.Equal("True", (await AskAsync(bench.Introspection.AnswerAsync, first.Access))["active"]);
        var forged = string.Join('.', [.. first.Access.Split('.')[..2], second.Access.Split('.')[2]]);
        Assert.Equal(429, (await AskAsync(bench.Introspection.AnswerAsync, forged)).Status);
        Assert.Equal(429, (await bench.RefreshAsync(first.Access)).Status);
        bench.Clock.Advance(TimeSpan.FromMinutes(10));
        await SpendAsync();
        Assert.Equal(429, (await AskAsync(bench.Introspection.AnswerAsync, first.Access)).Status);
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

    // A thief who keeps the failures of all spent would be unseen: the client presents the token that the thief has used.
    [Theory]
    [Trait("Requirement", "C17")]
    [InlineData(GrantCauses.RefreshReuse)]
    [InlineData(GrantCauses.CodeReuse)]
    public async Task ASpentCredential_EndsItsGrantAboveTheRate_WithOneAlarm_AndTheSameAnswer(string cause)
    {
        var code = await bench.CodeAsync();
        var first = await bench.RedeemAsync(code);
        var stolen = await bench.RefreshAsync(first.Refresh);
        bench.Clock.Advance(bench.Settings.RefreshGrace + TimeSpan.FromSeconds(1));
        await SpendAsync();
        var unknown = await bench.RefreshAsync(CredentialText.New(CredentialText.RefreshPrefix).Reveal().ToString());
        for (var time = 0; time < 3; time++) Assert.Equal(unknown, await PresentAsync());
        Assert.Equal([cause], bench.Journal.Alarms);
        Assert.Empty(await GrantsAsync());
        Assert.Equal(429, (await bench.RefreshAsync(stolen.Refresh)).Status);

        Task<TokenBench.Received> PresentAsync() => cause == GrantCauses.CodeReuse ? bench.RedeemAsync(code) : bench.RefreshAsync(first.Refresh);
    }

    [Fact]
    public async Task WithinTheGrace_ASpentTokenAboveTheRate_EndsNothing_HoweverOftenItComes()
    {
        var first = await bench.SignInAsync();
        var next = await bench.RefreshAsync(first.Refresh);
        await SpendAsync();
        for (var count = 0; count < 2 * MostUsesOfGrant; count++) Assert.Equal(429, (await bench.RefreshAsync(first.Refresh)).Status);
        Assert.Empty(bench.Journal.Alarms);
        Assert.Equal(200, (await bench.RefreshAsync(next.Refresh)).Status);
    }

    // The thief spends the number of the grant with requests that end nothing, so that the client's request would not be run.
    [Fact]
    public async Task UsesOfASpentToken_AreBounded_AndTheNextOneEndsItsGrant()
    {
        var (first, other) = (await bench.SignInAsync(), await bench.SignInAsync());
        await bench.RefreshAsync(first.Refresh);
        bench.Clock.Advance(bench.Settings.RefreshGrace + TimeSpan.FromSeconds(1));
        await SpendAsync();
        for (var count = 0; count < MostUsesOfGrant; count++)
            Assert.Equal(429, (await bench.RefreshAsync(first.Refresh, ("client_secret", $"guess {count}"))).Status);
        Assert.Empty(bench.Journal.Alarms);
        Assert.Equal(429, (await bench.RefreshAsync(first.Refresh, ("client_secret", "guess"))).Status);
        Assert.Equal([GrantCauses.RefreshReuse], bench.Journal.Alarms);
        Assert.Single(await GrantsAsync());
        Assert.Equal(200, (await bench.RefreshAsync(other.Refresh)).Status);
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

    private ValueTask<IReadOnlyList<GrantRow>> GrantsAsync() => bench.Grants.ListGrantsAsync(null, 10, bench.Clock.GetUtcNow());

    // Nothing of these reaches the store.
    private async Task SpendAsync()
    {
        for (var count = 0; count < FailureRates.MostFailuresPerMinute; count++) await bench.SendAsync([("a", "b")]);
        Assert.Equal(429, (await bench.SendAsync([("a", "b")])).Status);
    }
}
