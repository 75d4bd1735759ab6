using Gatehouse.AuthorizationServer.Tokens;
using Gatehouse.Identity.ProofOfPossession;
using Gatehouse.Testing;

namespace Gatehouse.AuthorizationServer.Tests.Tokens;

/// <summary>Proofs of possession at the token endpoint (RFC 9449 §5, §8, §10).</summary>
[Trait("NoRetry", "yes")]
public sealed class ProofTests : IDisposable
{
    private const string Url = TokenBench.Issuer + "/oauth/token";

    private readonly TokenBench bench = new();
    private readonly DPoPProofMaker key;

    public ProofTests() => key = new DPoPProofMaker(bench.Clock);

    public void Dispose()
    {
        bench.Dispose();
        key.Dispose();
    }

    [Fact]
    public async Task ACodeForAKey_NeedsAProofOfThatKey()
    {
        var code = await bench.CodeAsync(request => request with { KeyThumbprint = key.Thumbprint });
        using var thief = new DPoPProofMaker(bench.Clock);
        Assert.Equal("invalid_dpop_proof", (await bench.RedeemAsync(code)).Error);
        Assert.Equal("invalid_dpop_proof", (await bench.RedeemAsync(code, (":proof", thief.Make("POST", Url, null)))).Error);
        Assert.Equal("DPoP", (await bench.RedeemAsync(code, (":proof", key.Make("POST", Url, null))))["token_type"]);
    }

    // A confidential client proves itself by its secret, so that it may lose its key and make another one (RFC 9449 §5).
    [Fact]
    public async Task AConfidentialClient_RefreshesWithAnotherKey_AndAPublicOneDoesNot()
    {
        using var other = new DPoPProofMaker(bench.Clock);
        var code = await bench.CodeAsync(request => request with { ClientId = TokenBench.Confidential.Id });
        (string, string?)[] client = [("client_id", null), (":authorization", TokenBench.Basic("service", TokenBench.Secret))];
        var first = await bench.RedeemAsync(code, [.. client, (":proof", key.Make("POST", Url, null))]);
        var next = await bench.RefreshAsync(first.Refresh, [.. client, (":proof", other.Make("POST", Url, null))]);
        Assert.Equal((200, "DPoP"), (next.Status, next["token_type"]));

        var received = await bench.RedeemAsync(await bench.CodeAsync(), (":proof", key.Make("POST", Url, null)));
        Assert.Equal("invalid_dpop_proof", (await bench.RefreshAsync(received.Refresh, (":proof", other.Make("POST", Url, null)))).Error);
    }

    [Fact]
    public async Task AProof_IsGoodOnce()
    {
        var proof = key.Make("POST", Url, null);
        Assert.Equal(200, (await bench.RedeemAsync(await bench.CodeAsync(), (":proof", proof))).Status);
        var code = await bench.CodeAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => bench.RedeemAsync(code, (":proof", proof)))));
        Assert.All(answers, answer => Assert.Equal("invalid_dpop_proof", answer.Error));
        Assert.Equal(200, (await bench.RedeemAsync(code, (":proof", key.Make("POST", Url, null)))).Status);
    }

    [Fact]
    public async Task WhereANonceIsNeeded_TheClientLearnsIt_AndTheCodeStays()
    {
        bench.Parts.Proofs.Options = new DPoPOptions { DemandNonce = true };
        var code = await bench.CodeAsync();
        var first = await bench.RedeemAsync(code, (":proof", key.Make("POST", Url, null)));
        Assert.Equal(("use_dpop_nonce", 400), (first.Error, first.Status));
        var received = await bench.RedeemAsync(code, (":proof", key.Make("POST", Url, null, first.Nonce)));
        Assert.Equal(200, received.Status);

        // A client whose nonce is old when it repeats a refresh within the grace is no thief.
        var second = await bench.RefreshAsync(received.Refresh, (":proof", key.Make("POST", Url, null, received.Nonce)));
        Assert.Equal("use_dpop_nonce", (await bench.RefreshAsync(received.Refresh, (":proof", key.Make("POST", Url, null)))).Error);
        Assert.Equal(second.Refresh, (await bench.RefreshAsync(received.Refresh, (":proof", key.Make("POST", Url, null, second.Nonce)))).Refresh);
        Assert.Empty(bench.Journal.Alarms);
    }

    [Theory]
    [InlineData("htm", "GET")]
    [InlineData("htu", "https://gateway.example/oauth/revoke")]
    [InlineData("iat", "1")]
    [InlineData("jti", "")]
    public async Task AProofForSomethingElse_IsRefused_AndTheCodeStays(string claim, string value)
    {
        var code = await bench.CodeAsync();
        var proof = key.Make("POST", Url, null, change: (_, claims) => claims[claim] = claim == "iat" ? 1 : value);
        Assert.Equal("invalid_dpop_proof", (await bench.RedeemAsync(code, (":proof", proof))).Error);
        Assert.Equal("invalid_dpop_proof", (await bench.RedeemAsync(code, (":proof", "x.y.z"))).Error);
        Assert.Equal(200, (await bench.RedeemAsync(code)).Status);
    }

    [Fact]
    public async Task AStoreThatCannotRememberProofs_RefusesThem()
    {
        bench.Grants.IsBroken = true;
        var use = new DPoPProofUse(default, key.Thumbprint, "id", bench.Clock.GetUtcNow().AddMinutes(1));
        var uses = new StoredProofUses(bench.Grants, bench.Clock);
        Assert.Equal(ReplayCheckResult.Full, await uses.UseAsync(use, TestContext.Current.CancellationToken));
    }
}
