using Gatehouse.AuthorizationServer.Tokens;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.AuthorizationServer.Tests.Tokens;

/// <summary>A store that fails in the middle of an end takes neither the alarm back nor the end (CWE-390, CWE-613).</summary>
[Trait("Requirement", "C17")]
[Trait("NoRetry", "yes")]
public sealed class GrantEndingTests : IDisposable
{
    private readonly TokenBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task AnEndThatFails_HasItsAlarm_AndIsRepeated()
    {
        var (first, second) = await UsedAsync();
        var grant = Assert.Single(await GrantsAsync());
        bench.Grants.IsEndBroken = true;
        for (var time = 0; time < 3; time++) await Assert.ThrowsAsync<StoreException>(() => bench.Parts.Ending.EndAsync(grant.Id, "again", true).AsTask());
        Assert.Equal("invalid_grant", (await bench.RefreshAsync(first.Refresh)).Error);
        Assert.Equal("invalid_grant", (await bench.RefreshAsync(second.Refresh)).Error);
        await Assert.ThrowsAsync<StoreException>(bench.Parts.Ending.RepeatAsync);
        Assert.Single(bench.Journal.Alarms);
        Assert.All(bench.Kept, kept => Assert.Equal((grant.Id, grant.Until), kept));
        bench.Grants.IsEndBroken = false;
        Assert.Equal("invalid_grant", (await bench.RefreshAsync(second.Refresh)).Error); // revoked, and still to be ended
        Assert.Single(await GrantsAsync());
        await bench.Parts.Ending.RepeatAsync();
        Assert.Empty(await GrantsAsync());
        Assert.Single(bench.Journal.Alarms);
        Assert.Single(bench.Journal.Acts, act => act.StartsWith("oauth.grant.end ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ReuseWhileTheStoreEndsNothing_RaisesTheAlarm()
    {
        var (first, _) = await UsedAsync();
        bench.Grants.IsEndBroken = true;
        await Assert.ThrowsAsync<StoreException>(() => bench.RefreshAsync(first.Refresh));
        Assert.Equal([GrantCauses.RefreshReuse], bench.Journal.Alarms);
    }

    [Fact]
    public async Task TheAlarm_ComesBeforeTheFirstWrite()
    {
        await bench.SignInAsync();
        var alarms = -1;
        var ending = new GrantEnding(
            bench.Grants, (_, _, _) => ValueTask.FromResult(alarms = bench.Journal.Alarms.Count), bench.Journal, bench.Clock);
        await ending.EndAsync(Assert.Single(await GrantsAsync()).Id, GrantCauses.CodeReuse, isAttack: true);
        Assert.Equal(1, alarms);
    }

    [Fact]
    public async Task AnAttackThatMeetsTheEndOfAWithdrawal_HasItsAlarm()
    {
        await bench.SignInAsync();
        var grant = Assert.Single(await GrantsAsync()).Id;
        Task<EndedGrant?>? attack = null;
        bench.Journal.WhenNoted = _ => attack ??= bench.Parts.Ending.EndAsync(grant, GrantCauses.RefreshReuse, isAttack: true).AsTask();
        Assert.NotNull(await bench.Parts.Ending.EndAsync(grant, GrantCauses.Withdrawn, isAttack: false));
        Assert.NotNull(attack);
        Assert.Null(await attack);
        Assert.Equal([GrantCauses.RefreshReuse], bench.Journal.Alarms);
    }

    [Fact]
    public async Task AnAttackThatFailsDuringAWithdrawal_HasItsAlarm()
    {
        await bench.SignInAsync();
        var grant = Assert.Single(await GrantsAsync()).Id;
        GrantEnding? ending = null;
        ending = new GrantEnding(bench.Grants, async (_, _, _) => await AttackAsync(), bench.Journal, bench.Clock);
        Assert.NotNull(await ending.EndAsync(grant, GrantCauses.Withdrawn, isAttack: false));
        Assert.Equal([GrantCauses.RefreshReuse], bench.Journal.Alarms);

        async Task<int> AttackAsync()
        {
            bench.Grants.IsBroken = true;
            await Assert.ThrowsAsync<StoreException>(() => ending!.EndAsync(grant, GrantCauses.RefreshReuse, isAttack: true).AsTask());
            bench.Grants.IsBroken = false;
            return 0;
        }
    }

    [Fact]
    public async Task AStoreThatCannotBeRead_DelaysTheAlarm()
    {
        await bench.SignInAsync();
        var grant = Assert.Single(await GrantsAsync());
        bench.Grants.IsBroken = true;
        await Assert.ThrowsAsync<StoreException>(() => bench.Parts.Ending.EndAsync(grant.Id, GrantCauses.CodeReuse, true).AsTask());
        bench.Grants.IsBroken = false;
        await bench.Parts.Ending.RepeatAsync();
        Assert.Equal([GrantCauses.CodeReuse], bench.Journal.Alarms);
        Assert.Empty(await GrantsAsync());
    }

    [Fact]
    public async Task AnEndThatSucceeds_IsNotRepeated_AndKeepsNoRevocationLonger()
    {
        await bench.SignInAsync();
        await bench.Parts.Ending.EndAsync(Assert.Single(await GrantsAsync()).Id, GrantCauses.Revoked, isAttack: false);
        Assert.Single(bench.Ended);
        await bench.Parts.Ending.RepeatAsync();
        Assert.Single(bench.Ended);
        Assert.Empty(bench.Kept);
    }

    [Fact]
    public async Task ARevocationThatIsNotStored_IsRepeatedAlone_UntilItIs()
    {
        await bench.SignInAsync();
        var grant = Assert.Single(await GrantsAsync()).Id;
        bench.IsRevocationFull = true;
        await Assert.ThrowsAsync<StoreException>(() => bench.Parts.Ending.EndAsync(grant, GrantCauses.CodeReuse, isAttack: true).AsTask());
        Assert.Empty(await GrantsAsync());
        Assert.Null(await bench.Parts.Ending.EndAsync(grant, GrantCauses.CodeReuse, isAttack: true)); // has ended; the repetition stays
        await Assert.ThrowsAsync<StoreException>(bench.Parts.Ending.RepeatAsync);
        Assert.Empty(bench.Ended);
        bench.IsRevocationFull = false;
        for (var time = 0; time < 2; time++) await bench.Parts.Ending.RepeatAsync();
        Assert.Equal([grant], bench.Ended);
        Assert.Single(bench.Journal.Alarms);
        Assert.Single(bench.Journal.Acts, act => act.StartsWith("oauth.grant.end ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ARevocationThatIsNotStored_IsNotRepeatedAfterTheLifeOfItsAccessTokens()
    {
        await bench.SignInAsync();
        bench.IsRevocationFull = true;
        var grant = Assert.Single(await GrantsAsync()).Id;
        await Assert.ThrowsAsync<StoreException>(() => bench.Parts.Ending.EndAsync(grant, GrantCauses.Revoked, isAttack: false).AsTask());
        bench.Clock.Advance(TimeSpan.FromHours(1));
        await bench.Parts.Ending.RepeatAsync();
        bench.IsRevocationFull = false;
        await bench.Parts.Ending.RepeatAsync();
        Assert.Empty(bench.Ended);
    }

    [Fact]
    public async Task EndsThatFailAboveTheBound_AreNotRepeated()
    {
        await bench.SignInAsync();
        var grant = Assert.Single(await GrantsAsync()).Id;
        bench.Grants.IsBroken = true;
        for (var count = 0; count < GrantEnding.MostBegun; count++) await FailAsync($"grant-{count}");
        await FailAsync(grant);
        bench.Grants.IsBroken = false;
        await bench.Parts.Ending.RepeatAsync();
        Assert.Single(await GrantsAsync());
        Assert.NotNull(await bench.Parts.Ending.EndAsync(grant, GrantCauses.CodeReuse, isAttack: true));

        async Task FailAsync(string id) =>
            await Assert.ThrowsAsync<StoreException>(() => bench.Parts.Ending.EndAsync(id, GrantCauses.CodeReuse, isAttack: true).AsTask());
    }

    private async Task<(TokenBench.Received First, TokenBench.Received Second)> UsedAsync()
    {
        var first = await bench.SignInAsync();
        var second = await bench.RefreshAsync(first.Refresh);
        bench.Clock.Advance(TimeSpan.FromSeconds(11));
        return (first, second);
    }

    private ValueTask<IReadOnlyList<GrantRow>> GrantsAsync() => bench.Grants.ListGrantsAsync(null, 10, bench.Clock.GetUtcNow());
}
