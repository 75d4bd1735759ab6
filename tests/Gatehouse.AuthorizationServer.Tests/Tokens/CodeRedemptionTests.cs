using System.Security.Cryptography;
using Gatehouse.AuthorizationServer.Tokens;
using Gatehouse.Storage;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Testing;

namespace Gatehouse.AuthorizationServer.Tests.Tokens;

[Trait("Requirement", "A26")]
[Trait("NoRetry", "yes")]
public sealed class CodeRedemptionTests : IDisposable
{
    private readonly TokenBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task ACode_GivesTokensForItsResource()
    {
        var received = await bench.SignInAsync();
        Assert.Equal(("Bearer", "600", "read write"), (received["token_type"], received["expires_in"], received["scope"]));
        Assert.Equal(CredentialKind.AccessToken, CredentialText.KindOf(received.Access));
        Assert.Equal(CredentialKind.RefreshToken, CredentialText.KindOf(received.Refresh));
        Assert.Empty(bench.Journal.Alarms);
    }

    [Fact]
    public async Task WithoutRedirectUriAndResource_TheCodeCounts() =>
        Assert.Equal(200, (await bench.RedeemAsync(await bench.CodeAsync(), ("redirect_uri", null), ("resource", null))).Status);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ParallelRedemptionsOfOneCode_GiveAtMostOneToken_AndOneAlarm(bool onDisk)
    {
        var clock = new ManualTimeProvider();
        var folder = Directory.CreateTempSubdirectory("gatehouse-tokens");
        await using var store = onDisk
            ? Store.Open(Path.Combine(folder.FullName, "store.db"), clock) : new TemporaryStore().Open(clock);
        using var bench = new TokenBench(store.Grants, clock);
        var code = await bench.CodeAsync();
        var all = await Task.WhenAll(Enumerable.Range(0, 1_000).Select(_ => Task.Run(() => bench.RedeemAsync(code))));
        // None where the alarm ends the grant before the first redemption has its answer (RFC 6749, section 4.1.2).
        var token = all.SingleOrDefault(static received => received.Status == 200);
        Assert.All(all.Where(received => received != token), received => Assert.Equal("invalid_grant", received.Error));
        Assert.Equal([GrantCauses.CodeReuse], bench.Journal.Alarms);
        if (token is not null) Assert.Equal("invalid_grant", (await bench.RefreshAsync(token.Refresh)).Error);
        Assert.Equal([GrantCauses.CodeReuse], bench.Journal.Alarms);
        await store.DisposeAsync();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task ACodeThatComesTwice_EndsItsTokens_AlsoLongAfter()
    {
        var code = await bench.CodeAsync();
        var received = await bench.RedeemAsync(code);
        bench.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("invalid_grant", (await bench.RedeemAsync(code)).Error);
        Assert.Equal([GrantCauses.CodeReuse], bench.Journal.Alarms);
        Assert.Equal("invalid_grant", (await bench.RefreshAsync(received.Refresh)).Error);
        Assert.Single(bench.Ended);
    }

    [Fact]
    public async Task ACodeOfAnotherClient_IsRefused_AndStaysForItsOwn()
    {
        var code = await bench.CodeAsync();
        Assert.Equal("invalid_grant", (await bench.RedeemAsync(code, ("client_id", TokenBench.Other.Id))).Error);
        Assert.Equal(200, (await bench.RedeemAsync(code)).Status);
        Assert.Empty(bench.Journal.Alarms);
    }

    [Theory]
    [InlineData("code_verifier", "another-verifier-with-enough-characters-for-the-standard")]
    [InlineData("redirect_uri", TokenBench.Redirect + "/")]
    public async Task ACodeFromAnotherSessionOfItsClient_IsSpent_WithOneAlarm(string name, string value)
    {
        var code = await bench.CodeAsync();
        Assert.Equal("invalid_grant", (await bench.RedeemAsync(code, (name, value))).Error);
        Assert.Equal("invalid_grant", (await bench.RedeemAsync(code)).Error);
        Assert.Equal([GrantCauses.CodeInjection], bench.Journal.Alarms);
    }

    [Fact]
    public async Task AnOldCode_IsRefused()
    {
        var code = await bench.CodeAsync();
        bench.Clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal("invalid_grant", (await bench.RedeemAsync(code)).Error);
        bench.Clock.Advance(TimeSpan.FromMinutes(20));
        Assert.Equal("invalid_grant", (await bench.RedeemAsync(code)).Error);
        Assert.Empty(bench.Journal.Alarms);
    }

    [Fact]
    public async Task AnotherResource_IsRefused_WithoutSpendingTheCode()
    {
        var code = await bench.CodeAsync();
        Assert.Equal("invalid_target", (await bench.RedeemAsync(code, ("resource", "https://gateway.example/mail"))).Error);
        Assert.Equal(200, (await bench.RedeemAsync(code)).Status);
    }

    [Fact]
    public async Task ARowThatWasMovedToAnotherGrant_GivesNothing()
    {
        var code = await bench.CodeAsync();
        var now = bench.Clock.GetUtcNow();
        bench.Person = bench.Person with { ProviderSubject = "mallory" };
        var own = await bench.CodeAsync();
        var row = (await bench.Grants.FindCredentialAsync(CredentialKind.AuthorizationCode, CredentialText.Digest(own), now))!.Value.Credential;
        var victim = (await bench.Grants.FindCredentialAsync(CredentialKind.AuthorizationCode, CredentialText.Digest(code), now))!.Value.Credential;
        await bench.Grants.RemoveCredentialAsync(row.Kind, row.Digest);
        await bench.Grants.AddCredentialAsync(row with { Sealed = victim.Sealed, GrantId = victim.GrantId }, 10);
        Assert.Equal("invalid_grant", (await bench.RedeemAsync(own)).Error);
        Assert.Equal(200, (await bench.RedeemAsync(code)).Status);
    }

    [Fact]
    public async Task AStoreThatFails_SpendsNothing()
    {
        var code = await bench.CodeAsync();
        bench.Grants.IsBroken = true;
        await Assert.ThrowsAsync<StoreException>(() => bench.RedeemAsync(code));
        bench.Grants.IsBroken = false;
        Assert.Equal(200, (await bench.RedeemAsync(code)).Status);
    }

    [Fact]
    public async Task FailuresOfOneNetwork_AreBounded_AndLeaveOthersTheirs()
    {
        for (var count = 0; count < FailureRates.MostFailuresPerMinute * FailureRates.BlockShare / 100; count++)
            Assert.Equal(400, (await bench.RedeemAsync(Unknown(), (":address", "192.0.2.1"))).Status);
        Assert.Equal(429, (await bench.RedeemAsync(Unknown(), (":address", "192.0.2.1"))).Status);
        Assert.Equal(400, (await bench.RedeemAsync(Unknown(), (":address", "192.0.2.2"))).Status);
        bench.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(400, (await bench.RedeemAsync(Unknown(), (":address", "192.0.2.1"))).Status);

        static string Unknown() => CredentialText.CodePrefix + Convert.ToHexString(RandomNumberGenerator.GetBytes(22))[..43];
    }
}
