using Gatehouse.Gateway.Limits;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Policy.Decisions;
using Gatehouse.Policy.Matching;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Validation;
using Gatehouse.Refusals;
using Gatehouse.Settings;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Limits;

/// <summary>The accounts by themselves, on the injected clock.</summary>
[Trait("Requirement", "EX-03")]
public sealed class QuotaTableTests
{
    private readonly ManualTimeProvider clock = new();
    private static readonly LimitRule PerMinute =
        new() { Id = "rate", Per = LimitParties.Caller, Requests = new Rate(60, TimeSpan.FromMinutes(1)), Burst = 3 };

    [Fact]
    public void ARate_LetsTheBurstThroughAndThenOneAnInterval()
    {
        var table = new QuotaTable(null, clock);
        for (var i = 0; i < 3; i++) Assert.Null(Charge(table, [PerMinute]));
        var refusal = Charge(table, [PerMinute])!;
        Assert.Equal((Reasons.RateLimited, "rate", TimeSpan.FromSeconds(1)), (refusal.Reason, refusal.Detail, refusal.RetryAfter!.Value));
        clock.Advance(TimeSpan.FromMilliseconds(400));
        Assert.Equal(TimeSpan.FromMilliseconds(600), Charge(table, [PerMinute])!.RetryAfter);
        clock.Advance(TimeSpan.FromMilliseconds(600));
        Assert.Null(Charge(table, [PerMinute]));
        Assert.NotNull(Charge(table, [PerMinute]));
        clock.Advance(TimeSpan.FromHours(1));
        for (var i = 0; i < 3; i++) Assert.Null(Charge(table, [PerMinute])); // a long pause earns the burst and no more
        Assert.NotNull(Charge(table, [PerMinute]));
    }

    [Fact]
    public void ClientsOfOnePerson_ShareHerQuota_AndPersonsOfOneClientShareItsOwn()
    {
        var caller = new LimitRule { Id = "person", Per = LimitParties.Caller, Daily = 2 };
        var client = new LimitRule { Id = "program", Per = LimitParties.Client, Daily = 3 };
        var table = new QuotaTable(null, clock);
        Assert.Null(Charge(table, [caller, client], "alice", "a"));
        Assert.Null(Charge(table, [caller, client], "alice", "b"));
        Assert.Equal("person", Charge(table, [caller, client], "alice", "c")!.Detail);
        Assert.Null(Charge(table, [caller, client], "bob", "a"));
        Assert.Null(Charge(table, [caller, client], "carol", "a"));
        Assert.Equal("program", Charge(table, [caller, client], "dave", "a")!.Detail);
        Assert.Null(Charge(table, [caller, client], "dave", "d")); // the refused charge was taken back from her own account
        Assert.Null(Charge(table, [caller, client], "dave", "d"));
        Assert.NotNull(Charge(table, [caller, client], "dave", "d"));
    }

    [Fact]
    public void OfTwoIssuers_EqualNamesAreTwoPeople()
    {
        var rule = new LimitRule { Id = "person", Per = LimitParties.Caller, Daily = 1 };
        var table = new QuotaTable(null, clock);
        Assert.Null(Charge(table, [rule], "alice", issuer: "http://127.0.0.1:1"));
        Assert.Null(Charge(table, [rule], "alice", issuer: "http://127.0.0.1:2"));
        Assert.NotNull(Charge(table, [rule], "alice", issuer: "http://127.0.0.1:2"));
    }

    [Fact]
    public void EachToolOfEachCaller_HasItsOwnAccount_AndOtherMethodsAreNotItsBusiness()
    {
        var rule = new LimitRule { Id = "tool", Per = LimitParties.Caller | LimitParties.Tool, Tools = new NameSet(["delete_*"]), Daily = 1 };
        var table = new QuotaTable(null, clock);
        Assert.Null(Charge(table, [rule], tool: "delete_a"));
        Assert.NotNull(Charge(table, [rule], tool: "delete_a"));
        Assert.Null(Charge(table, [rule], tool: "delete_b"));
        Assert.Null(Charge(table, [rule], "bob", tool: "delete_a"));
        for (var i = 0; i < 3; i++) Assert.Null(Charge(table, [rule], tool: "read"));
        for (var i = 0; i < 3; i++) Assert.Null(Charge(table, [rule]));
    }

    [Fact]
    public void AServer_IsCountedForAllCallersTogether()
    {
        var rule = new LimitRule { Id = "server", Per = LimitParties.Server, Daily = 2 };
        var table = new QuotaTable(null, clock);
        Assert.Null(Charge(table, [rule], "alice"));
        Assert.Null(Charge(table, [rule], "bob"));
        Assert.NotNull(Charge(table, [rule], "carol"));
        Assert.Null(Charge(table, [rule], "carol", server: "other"));
    }

    [Fact]
    public void ADay_EndsAtMidnightUtc_AndDoesNotComeBackWithTheClock()
    {
        var rule = new LimitRule { Id = "day", Per = LimitParties.Caller, Daily = 1 };
        clock.SetUtcNow(new DateTimeOffset(2026, 5, 1, 23, 50, 0, TimeSpan.Zero));
        var table = new QuotaTable(null, clock);
        Assert.Null(Charge(table, [rule]));
        var refusal = Charge(table, [rule])!;
        Assert.Equal((Reasons.QuotaSpent, TimeSpan.FromMinutes(10)), (refusal.Reason, refusal.RetryAfter!.Value));
        clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Null(Charge(table, [rule]));
        clock.SetUtcNow(new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero));
        Assert.NotNull(Charge(table, [rule]));
    }

    [Fact]
    public void BytesOfBothDirections_AreCounted_AndTheOneThatReachesTheLimitPasses()
    {
        var rule = new LimitRule { Id = "bytes", Per = LimitParties.Caller, BytesPerDay = 1000 };
        var table = new QuotaTable(null, clock);
        var exchange = Make([rule], "alice", bytes: 600);
        Assert.Null(table.Charge(exchange));
        Assert.Null(table.CountBytes(exchange, 5000));
        Assert.Equal(Reasons.QuotaSpent, table.CountBytes(exchange, 1)!.Reason);
        Assert.Equal(Reasons.QuotaSpent, Charge(table, [rule])!.Reason);
        Assert.Null(Charge(table, [rule], "bob"));
    }

    [Fact]
    public void RequestsUnderWay_AreBounded_AndAnEndedOneGivesItsPlaceBack()
    {
        var rule = new LimitRule { Id = "two", Per = LimitParties.Caller, Concurrent = 2 };
        var table = new QuotaTable(null, clock);
        var first = Make([rule], "alice");
        Assert.Null(table.Charge(first));
        Assert.Null(table.Charge(Make([rule], "alice")));
        Assert.Equal(Reasons.RateLimited, table.Charge(Make([rule], "alice"))!.Reason);
        table.Release(first);
        Assert.Null(table.Charge(Make([rule], "alice")));
        Assert.NotNull(table.Charge(Make([rule], "alice")));
    }

    [Fact]
    public void AFullTable_RefusesNewParties_AndForgetsNoChargedOne()
    {
        var table = new QuotaTable(null, clock);
        var day = new LimitRule { Id = "day", Per = LimitParties.Caller, Daily = 1 };
        for (var i = 0; i < 64; i++) Assert.Null(Charge(table, [day], $"u{i}", keys: 64));
        for (var i = 0; i < 1000; i++) Assert.Equal(Reasons.LimitsFull, Charge(table, [day], $"flood{i}", keys: 64)!.Reason);
        Assert.Equal(64, table.Count);
        for (var i = 0; i < 64; i++) Assert.Equal(Reasons.QuotaSpent, Charge(table, [day], $"u{i}", keys: 64)!.Reason);
        clock.Advance(TimeSpan.FromDays(1)); // their day is over: they make room
        Assert.Null(Charge(table, [day], "new", keys: 64));
        Assert.Equal(1, table.Count);
    }

    [Fact]
    public void APartyThatIsUnusedAgain_MakesRoom()
    {
        var table = new QuotaTable(null, clock);
        for (var i = 0; i < 64; i++) Assert.Null(Charge(table, [PerMinute], $"u{i}", keys: 64));
        Assert.Equal(Reasons.LimitsFull, Charge(table, [PerMinute], "new", keys: 64)!.Reason);
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Null(Charge(table, [PerMinute], "new", keys: 64));
    }

    [Fact]
    public void OneCallerWithInventedTools_TakesItsPartOfTheTable()
    {
        var rule = new LimitRule { Id = "tool", Per = LimitParties.Caller | LimitParties.Tool, Daily = 10 };
        var table = new QuotaTable(null, clock);
        var charged = Enumerable.Range(0, 1000).Count(i => Charge(table, [rule], "mallory", tool: $"t{i}", keys: 160) is null);
        Assert.Equal(20, charged); // 12 percent of 160
        Assert.Null(Charge(table, [rule], "alice", tool: "echo", keys: 160));
    }

    [Fact]
    public async Task ManyThreads_ChargeExactlyTheQuota()
    {
        var rule = new LimitRule { Id = "day", Per = LimitParties.Caller, Daily = 10_000 };
        var table = new QuotaTable(null, clock);
        var charged = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 2000; i++)
            {
                if (Charge(table, [rule]) is null) Interlocked.Increment(ref charged);
            }
        })));
        Assert.Equal(10_000, charged);
    }

    private static Refusal? Charge(
        QuotaTable table, IReadOnlyList<LimitRule> rules, string subject = "alice", string client = "c", string server = "up", string? tool = null,
        string issuer = "http://127.0.0.1:1", int keys = 50_000)
    {
        var exchange = Make(rules, subject, client, server, tool, issuer, keys);
        var refusal = table.Charge(exchange);
        if (refusal is null) table.Release(exchange);
        return refusal;
    }

    private static Exchange Make(
        IReadOnlyList<LimitRule> rules, string subject, string client = "c", string server = "up", string? tool = null,
        string issuer = "http://127.0.0.1:1", int keys = 50_000, long bytes = 0)
    {
        var settings = new GatewaySettings
        {
            PublicUrl = new Uri("http://127.0.0.1"),
            Listen = new ListenSettings(),
            Servers = [],
            StateDirectory = "",
            LimitRules = rules,
            Limits = new LimitSettings { Keys = keys },
        };
        var text = tool is null
            ? """{"jsonrpc":"2.0","id":1,"method":"tools/list"}"""
            : $$$"""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"{{{tool}}}"}}""";
        Assert.True(MessageValidator.TryValidate(System.Text.Encoding.UTF8.GetBytes(text), MessageLimits.Default, out var message, out _));
        var snapshot = new GatewaySnapshot(1, settings, new PolicyDecisionPoint([]));
        var exchange = new Exchange(snapshot, NoRequestHead.Instance, null, TimeProvider.System)
        {
            Server = new ServerSettings { Name = server, Path = "/" },
            Message = message,
            Caller = Callers.Token(issuer, subject, client),
        };
        exchange.Record.Name = tool;
        exchange.Record.BytesIn = bytes;
        return exchange;
    }
}
