using Gatehouse.Audit.Privacy;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Identity.Tokens;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Refusals;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Limits;

/// <summary>Exchanges under way before and after their caller is known.</summary>
[Trait("NoRetry", "yes")]
public sealed class ExchangeRegistryTests
{
    [Fact]
    public async Task OneConnection_HasABoundedNumberOfRequestsWithoutACaller()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var registry = new ExchangeRegistry(TimeProvider.System);
        var first = New(gateway, "one");
        List<IExchangeLease> places = [registry.Enter(first, static _ => { })];
        while (places.Count < ExchangeRegistry.MostUnknownPerConnection) places.Add(registry.Enter(New(gateway, "one"), static _ => { }));
        Assert.Equal(Reasons.TooBusy, Assert.Throws<RefusalException>(() => registry.Enter(New(gateway, "one"), static _ => { })).Refusal.Reason);
        using var other = registry.Enter(New(gateway, "two"), static _ => { }); // another connection has a number of its own
        first.Caller = Alice(gateway);
        places[0].Claim(isStream: false);
        using var next = registry.Enter(New(gateway, "one"), static _ => { }); // a request whose caller is known counts for the caller
        places[1].Dispose();
        using var after = registry.Enter(New(gateway, "one"), static _ => { });
        foreach (var place in places) place.Dispose();
        Assert.Equal(3, registry.Count);
    }

    // The token was found good, then the right was withdrawn, then the exchange took its caller's place.
    [Theory]
    [InlineData("alice", true)]
    [InlineData("bob", false)]
    public async Task ARightThatIsWithdrawnWhileTheTokenIsLookedAt_EndsTheExchange(string revoked, bool ends)
    {
        await using var gateway = await TestGateway.StartAsync();
        using var registry = new ExchangeRegistry(TimeProvider.System);
        var ended = new List<ExchangeEnd>();
        using var waiting = registry.Enter(New(gateway, "other"), static _ => { });
        var exchange = New(gateway, "one");
        using var place = registry.Enter(exchange, ended.Add);
        Assert.Equal(0, registry.End(each => each.Subject!.Subject == revoked)); // nobody's caller is known yet
        exchange.Caller = Alice(gateway);
        place.Claim(isStream: false);
        Assert.Equal(ends ? [ExchangeEnd.RightWithdrawn] : [], ended);
        var later = New(gateway, "one");
        later.Caller = exchange.Caller;
        using var began = registry.Enter(later, ended.Add); // began after the withdrawal: its token is judged with it
        began.Claim(isStream: false);
        Assert.Equal(ends ? 1 : 0, ended.Count);
    }

    [Fact]
    public async Task MoreWithdrawalsThanAreRemembered_EndWhoseCallerIsNotKnown()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var registry = new ExchangeRegistry(TimeProvider.System);
        var ended = 0;
        using var place = registry.Enter(New(gateway, "one"), _ => ended++);
        for (var i = 0; i < ExchangeRegistry.MostWithdrawals; i++) registry.End(static _ => false);
        Assert.Equal(0, ended);
        registry.End(static _ => false);
        Assert.Equal(1, ended);
    }

    // While a person is erased, no exchange may have an entry before the erasure and one after it.
    [Fact]
    public async Task APersonWhoIsBeingErased_GetsNoNewPlace_AndOthersDo()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var registry = new ExchangeRegistry(TimeProvider.System);
        var (exchange, alice) = (New(gateway, "one"), Alice(gateway));
        exchange.Caller = alice;
        using (registry.Bar(alice.Issuer, alice.Subject))
        {
            using var refused = registry.Enter(exchange, static _ => { });
            Assert.Equal(Reasons.TooBusy, Assert.Throws<RefusalException>(() => refused.Claim(isStream: false)).Refusal.Reason);
            var other = New(gateway, "two");
            other.Caller = Callers.Token(alice.Issuer, "bob", "c");
            using var place = registry.Enter(other, static _ => { });
            place.Claim(isStream: false);
        }

        using var after = registry.Enter(exchange, static _ => { });
        after.Claim(isStream: false);
    }

    // An erasure is remembered for as long as one of these is in progress.
    [Fact]
    public async Task OldestExchangeOfEachPerson_CountsThoseWithoutACallerAsOfAnUnknownPerson()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var registry = new ExchangeRegistry(TimeProvider.System);
        var (first, second, third) = (New(gateway, "one"), New(gateway, "one"), New(gateway, "two"));
        var alice = Alice(gateway);
        first.Caller = second.Caller = alice;
        using var later = registry.Enter(second, static _ => { });
        later.Claim(isStream: false);
        using (var earlier = registry.Enter(first, static _ => { }))
        {
            earlier.Claim(isStream: false);
            using var unknown = registry.Enter(third, static _ => { });
            Assert.Equal(new() { [new(alice.Issuer, alice.Subject)] = first.Record.Began, [SubjectOwner.Unknown] = third.Record.Began },
                registry.OldestOfPersons());
        }

        Assert.Equal(new() { [new(alice.Issuer, alice.Subject)] = second.Record.Began }, registry.OldestOfPersons());
    }

    [Fact]
    public async Task ExchangesThatAreEnded_AreWaitedForUntilTheyHaveLeft()
    {
        await using var gateway = await TestGateway.StartAsync();
        var clock = new ManualTimeProvider();
        using var registry = new ExchangeRegistry(clock);
        var exchange = New(gateway, "one");
        exchange.Caller = Alice(gateway);
        var place = registry.Enter(exchange, static _ => { });
        place.Claim(isStream: false);
        var late = registry.EndAndWaitAsync(static _ => true, TimeSpan.FromSeconds(5));
        Assert.False(late.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal((1, 1), await late);
        var waiting = registry.EndAndWaitAsync(static _ => true, TimeSpan.FromSeconds(5));
        place.Dispose();
        Assert.Equal((1, 0), await waiting);
    }

    // The clock does not move between the two, so only the end of the last exchange can end the wait.
    [Fact]
    public async Task WaitUntilEmpty_EndsWithTheLastExchange_OrWithItsTime()
    {
        await using var gateway = await TestGateway.StartAsync();
        var clock = new ManualTimeProvider();
        using var registry = new ExchangeRegistry(clock);
        Assert.Equal(0, await registry.WaitUntilEmptyAsync(TimeSpan.Zero));
        var (first, second) = (registry.Enter(New(gateway, "one"), static _ => { }), registry.Enter(New(gateway, "two"), static _ => { }));
        Assert.Equal(2, await registry.WaitUntilEmptyAsync(TimeSpan.Zero));
        var late = registry.WaitUntilEmptyAsync(TimeSpan.FromSeconds(5));
        var waiting = registry.WaitUntilEmptyAsync(TimeSpan.FromSeconds(10));
        first.Dispose();
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(1, await late.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken));
        Assert.False(waiting.IsCompleted);
        second.Dispose();
        Assert.Equal(0, await waiting.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken));
    }

    // One timer serves all exchanges, so the order of their deadlines must not matter, nor that some left before.
    [Fact]
    public async Task Deadline_EndsItsExchange_WhateverOthersHave()
    {
        await using var gateway = await TestGateway.StartAsync();
        var clock = new ManualTimeProvider();
        using var registry = new ExchangeRegistry(clock);
        var ended = new List<string>();
        var places = new[] { "30", "10", "20", "10 too", "none" }
            .Select(name => registry.Enter(New(gateway, name), static _ => { }, () => ended.Add(name))).ToArray();
        long Due(int seconds) => TimeSpan.FromSeconds(seconds).Ticks;
        foreach (var (place, seconds) in places.Zip([30, 10, 20, 10])) place.SetDeadline(Due(seconds));
        clock.Advance(TimeSpan.FromSeconds(10) - TimeSpan.FromTicks(1));
        Assert.Empty(ended);
        clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(["10", "10 too"], ended.Order());
        places[2].Dispose();
        places[4].SetDeadline(Due(25)); // earlier than the one that the timer waits for
        places[4].SetDeadline(Due(28));
        clock.Advance(TimeSpan.FromSeconds(16));
        Assert.Equal(2, ended.Count);
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("none", Assert.Single(ended.Skip(2)));
        places[0].SetDeadline(null);
        clock.Advance(TimeSpan.FromDays(100));
        Assert.Equal(3, ended.Count);
        foreach (var place in places) place.Dispose();
        Assert.Equal(0, clock.Planned);
    }

    // The threat: code that runs at the end of one exchange blocks, and nothing ends the others from then on (CWE-833).
    [Fact]
    public async Task EndThatBlocks_KeepsNoOtherFromItsEnd()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var registry = new ExchangeRegistry(TimeProvider.System);
        using var blocked = new ManualResetEventSlim();
        using var released = new ManualResetEventSlim();
        var ended = 0;
        void Block()
        {
            blocked.Set();
            released.Wait(TestContext.Current.CancellationToken);
        }

        using var first = registry.Enter(New(gateway, "one"), static _ => { }, Block);
        using var together = registry.Enter(New(gateway, "two"), static _ => { }, () => Interlocked.Increment(ref ended));
        using var later = registry.Enter(New(gateway, "three"), static _ => { }, () => Interlocked.Increment(ref ended));
        var due = TimeProvider.System.GetTimestamp() + (TimeProvider.System.TimestampFrequency / 10);
        foreach (var place in new[] { first, together }) place.SetDeadline(due);
        later.SetDeadline(due + (TimeProvider.System.TimestampFrequency / 10));
        await Eventually.TrueAsync(() => blocked.IsSet && Volatile.Read(ref ended) == 2, "the others end while the first one blocks");
        released.Set();
    }

    // Where both moments have come, the right counts: it is the graver cause.
    [Fact]
    public async Task StreamWhoseTokenExpires_Ends_AlsoWithADeadline_AndAHeldRequestThatContinuesDoesNot()
    {
        await using var gateway = await TestGateway.StartAsync();
        var clock = new ManualTimeProvider(TimeProvider.System.GetUtcNow());
        using var registry = new ExchangeRegistry(clock);
        var ended = new List<string>();
        var (stream, held) = (New(gateway, "one"), New(gateway, "two"));
        stream.Caller = held.Caller = Alice(gateway);
        using var one = registry.Enter(stream, why => ended.Add(why.ToString()), () => ended.Add("deadline"));
        one.Claim(isStream: true);
        one.BecomeStream();
        using var two = registry.Enter(held, why => ended.Add("held " + why));
        two.Claim(isStream: false);
        two.Hold().Dispose();
        var left = stream.Caller.ExpiresAt - clock.GetUtcNow();
        one.SetDeadline(left.Ticks);
        clock.Advance(left + TimeSpan.FromDays(50));
        Assert.Equal(["RightWithdrawn", "deadline"], ended);
    }

    [Fact]
    public async Task DeadlineThatHasPassed_EndsTheExchangeAtOnce()
    {
        await using var gateway = await TestGateway.StartAsync();
        var clock = new ManualTimeProvider();
        clock.Advance(TimeSpan.FromSeconds(5));
        using var registry = new ExchangeRegistry(clock);
        var ended = 0;
        using var place = registry.Enter(New(gateway, "one"), static _ => { }, () => ended++);
        place.SetDeadline(TimeSpan.FromSeconds(4).Ticks);
        clock.Advance(TimeSpan.Zero);
        Assert.Equal(1, ended);
    }

    // The threat: the code that an exchange runs at its end throws, and from then on no deadline ends any exchange (CWE-755).
    [Fact]
    public async Task DeadlineWhoseEndFails_KeepsNoOtherFromItsEnd()
    {
        await using var gateway = await TestGateway.StartAsync();
        var clock = new ManualTimeProvider();
        var reports = new List<string>();
        using var registry = new ExchangeRegistry(clock, new EventTexts(reports.Add));
        var ended = 0;
        using var failing = registry.Enter(New(gateway, "one"), static _ => { }, static () => throw new InvalidOperationException("content"));
        using var other = registry.Enter(New(gateway, "two"), static _ => { }, () => ended++);
        using var later = registry.Enter(New(gateway, "three"), static _ => { }, () => ended++);
        failing.SetDeadline(1);
        other.SetDeadline(1);
        later.SetDeadline(2);
        clock.Advance(TimeSpan.FromMilliseconds(2));
        Assert.Equal(2, ended);
        Assert.DoesNotContain("content", Assert.Single(reports), StringComparison.Ordinal);
    }

    private static VerifiedToken Alice(TestGateway gateway) => Callers.Token(gateway.Host.Development!.TrustedIssuer.Profile.Issuer, "alice", "c");

    private static Exchange New(TestGateway gateway, string connection)
    {
        var snapshot = gateway.Host.Snapshots.Current;
        return new Exchange(snapshot, new HeadOf(connection), null, TimeProvider.System) { Server = snapshot.Settings.Servers[0] };
    }

    private sealed class HeadOf(string connection) : IRequestHead
    {
        public string? Verb => "POST";

        public string Path => "/mcp";

        public bool HasQuery => false;

        public string? ConnectionId => connection;

        public RequestHeader? Repeated => null;

        public string? Accept => null;

        public IReadOnlyList<KeyValuePair<string, string>> Parameters => [];

        public bool Has(RequestHeader header) => false;

        public string? Single(RequestHeader header) => null;
    }
}
