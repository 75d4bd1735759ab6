using Gatehouse.AuthorizationServer.Tokens;
using Gatehouse.Settings;

namespace Gatehouse.AuthorizationServer.Tests.Tokens;

/// <summary>The revocation endpoint (RFC 7009).</summary>
[Trait("NoRetry", "yes")]
public sealed class RevocationResponderTests : IDisposable
{
    private readonly TokenBench bench = new();

    public void Dispose() => bench.Dispose();

    [Theory]
    [InlineData("access", AccessTokenFormat.Opaque)]
    [InlineData("access", AccessTokenFormat.Jwt)]
    [InlineData("refresh", AccessTokenFormat.Opaque)]
    [InlineData("spent", AccessTokenFormat.Opaque)]
    public async Task ATokenOfTheClient_EndsTheGrant(string which, AccessTokenFormat format)
    {
        bench.Settings = bench.Settings with { AccessTokens = format };
        var first = await bench.SignInAsync();
        var second = await bench.RefreshAsync(first.Refresh);
        var token = which switch { "access" => second.Access, "refresh" => second.Refresh, _ => first.Refresh };
        Assert.Equal((200, ""), await RevokeAsync(token));
        Assert.Equal("invalid_grant", (await bench.RefreshAsync(second.Refresh)).Error);
        Assert.Null(await new AccessTokens(bench.Parts).FindAsync(second.Access, TestContext.Current.CancellationToken));
        Assert.Single(bench.Ended);
        Assert.Empty(bench.Journal.Alarms);
        Assert.Equal((200, ""), await RevokeAsync(token));
        Assert.Single(bench.Ended);
    }

    [Fact]
    public async Task ATokenOfAnotherClient_AnUnknownOne_AndACode_AreAnsweredAlike_AndEndNothing()
    {
        var received = await bench.SignInAsync();
        var code = await bench.CodeAsync();
        string[] tokens = [received.Access, received.Refresh, code, "nothing", "a.b.c", CredentialText.New("ghr_").Reveal().ToString()];
        foreach (var token in tokens)
            Assert.Equal((200, ""), await RevokeAsync(token, TokenBench.Other.Id));
        Assert.Empty(bench.Ended);
        Assert.Equal(200, (await bench.RefreshAsync(received.Refresh)).Status);
        Assert.Equal(200, (await bench.RedeemAsync(code)).Status);
    }

    [Fact]
    public async Task AnUnknownClient_AndAMissingToken_AreRefused()
    {
        Assert.Equal(401, (await RevokeAsync("x", "nobody")).Status);
        Assert.Equal(401, (await RevokeAsync("x", "service")).Status);
        Assert.Equal(400, (await RevokeAsync("")).Status);
    }

    [Fact]
    public async Task InventedTokensOfOneNetwork_AreBounded()
    {
        var most = FailureRates.MostFailuresPerMinute * FailureRates.BlockShare / 100;
        for (var count = 0; count < most; count++)
            Assert.Equal(200, (await RevokeAsync($"invented-{count}", address: "192.0.2.1")).Status);
        Assert.Equal(429, (await RevokeAsync("invented", address: "192.0.2.1")).Status);
        Assert.Equal(200, (await RevokeAsync("invented", address: "192.0.2.2")).Status);
    }

    private async Task<(int Status, string Body)> RevokeAsync(string token, string? client = null, string? address = null)
    {
        var received = await TokenBench.SendAsync(
            bench.Revocation.AnswerAsync, [("token", token), ("client_id", client ?? TokenBench.Public.Id), (":address", address)]);
        return (received.Status, received.Body);
    }
}
