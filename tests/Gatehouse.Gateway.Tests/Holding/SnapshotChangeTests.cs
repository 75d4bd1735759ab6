using Gatehouse.Configuration;
using Gatehouse.Pipeline.Approve;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Policy.Matching;
using Gatehouse.Settings;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Holding;

/// <summary>What an exchange took before it was held or edited is given back where it was taken.</summary>
public sealed class SnapshotChangeTests
{
    private static readonly LimitRule One =
        new() { Id = "one", Per = LimitParties.Caller | LimitParties.Tool, Tools = new NameSet(["echo"]), Concurrent = 1 };

    // Charged by the configuration that it began with, decided by the newest one: the place goes back to the rule that gave it.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task PlaceOfARuleThatAReloadTookAway_IsGivenBack(bool modern)
    {
        var approvals = new WaitingApprovals();
        ConfigurationResult? next = null;
        await using var gateway =
            await HostFixture.StartAsync(HostFixture.With(approvals, HostFixture.Asks), change: s => s with { LimitRules = [One] },
                reload: () => next!);
        var first = gateway.Host.Snapshots.Current.Settings;
        var era = new Era(gateway, modern, "alice");
        await era.BeginAsync();
        var call = era.AskAsync("tools/call", "\"name\":\"echo\"", "echo");
        await HostFixture.HeldAsync(gateway);
        next = new ConfigurationResult { Faults = [], SourcePath = "f", Settings = first with { LimitRules = [] } };
        Assert.Empty(await gateway.Host.ReloadAsync());
        approvals.Answer(ApprovalOutcome.Approved);
        Assert.True((await call).TryGetProperty("result", out _));
        next = new ConfigurationResult
        { Faults = [], SourcePath = "f", Settings = gateway.Host.Snapshots.Current.Settings with { LimitRules = [One] } };
        Assert.Empty(await gateway.Host.ReloadAsync());
        var body = await era.AskAsync("tools/call", "\"name\":\"echo\"", "echo");
        Assert.True(body.TryGetProperty("result", out _), body.ToString());
    }

    // A place that was never taken is not given back for another call of the same caller.
    [Fact]
    public async Task PlaceOfARuleThatAReloadBrought_IsNotGivenBackForAnother()
    {
        var approvals = new WaitingApprovals();
        ConfigurationResult? next = null;
        await using var gateway =
            await HostFixture.StartAsync(HostFixture.With(approvals, HostFixture.Asks), change: s => s with { LimitRules = [] }, reload: () => next!);
        var go = new TaskCompletionSource();
        var at = 0;
        gateway.Upstream.On("tools/call", async (context, message) =>
        {
            if (Interlocked.Increment(ref at) == 2) await go.Task;
            await RecordingUpstream.Json(context,
                $"{{\"jsonrpc\":\"2.0\",\"id\":{message.GetProperty("id").GetRawText()},\"result\":{{\"resultType\":\"complete\",\"content\":[]}}}}");
        });
        var era = new Era(gateway, modern: true, "alice");
        var early = era.AskAsync("tools/call", "\"name\":\"echo\"", "echo");
        await HostFixture.HeldAsync(gateway);
        next = new ConfigurationResult
        { Faults = [], SourcePath = "f", Settings = gateway.Host.Snapshots.Current.Settings with { LimitRules = [One with { Concurrent = 2 }] } };
        Assert.Empty(await gateway.Host.ReloadAsync());
        approvals.Answer(ApprovalOutcome.Approved);
        Assert.True((await early).TryGetProperty("result", out _));
        var second = era.AskAsync("tools/call", "\"name\":\"echo\"", "echo");
        await Eventually.TrueAsync(() => gateway.Upstream.Of("tools/call").Count == 2, "the second is under way");
        go.SetResult();
        Assert.True((await second).TryGetProperty("result", out _));
    }

    // The place was taken for the tool that was called; a rule then made another of it.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task PlaceOfAToolThatARuleRenamed_IsGivenBack(bool modern)
    {
        await using var gateway =
            await HostFixture.StartAsync(HostFixture.With(null, TestRule.Replacing("rename", "\"echo\"", "\"secret\"")),
                change: s => s with { LimitRules = [One] });
        var era = new Era(gateway, modern, "alice");
        await era.BeginAsync();
        for (var i = 0; i < 2; i++)
        {
            var body = await era.AskAsync("tools/call", "\"name\":\"echo\"", "echo");
            Assert.True(body.TryGetProperty("result", out _), body.ToString());
        }
    }
}
