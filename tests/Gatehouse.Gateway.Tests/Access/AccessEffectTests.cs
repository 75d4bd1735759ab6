using Gatehouse.Gateway.Access;
using Gatehouse.Gateway.Tests.Approvals;
using Gatehouse.Policy.Rules;
using Gatehouse.Storage.Tests.Contracts;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Access;

/// <summary>What follows the end of rights: once for all that end together, and again where it failed.</summary>
[Trait("Requirement", "AZ-04")]
[Trait("NoRetry", "yes")]
public sealed class AccessEffectTests
{
    // A reload is in progress while the rights end.
    [Fact]
    public async Task RightsThatEndTogether_AreFollowedByOneNewSnapshot()
    {
        await using var gateway = await AccessGateway.StartAsync();
        var services = gateway.Gateway.Host.Core.Services;
        var (begun, goes, end) = (new TaskCompletionSource(), new TaskCompletionSource(), DateTimeOffset.UtcNow.AddHours(1));
        var turn = services.SnapshotTurn.RunAsync(async () =>
        {
            begun.SetResult();
            await goes.Task;
            return true;
        });
        await begun.Task;
        for (var number = 0; number < 20; number++) services.Access.Begin(new AccessRight($"acc-{number}", "i", "alice", $"r{number}", "", end));
        var before = services.Snapshots.Current.Generation;
        for (var number = 0; number < 20; number++) services.Access.End($"acc-{number}");
        goes.SetResult();
        await turn;
        await gateway.SettledAsync();
        // The first of them may have begun a run of its own.
        Assert.InRange(services.Snapshots.Current.Generation - before, 1, 2);
    }

    [Fact]
    public async Task ClosingThatFailed_IsRepeated()
    {
        var clock = new ManualTimeProvider();
        FailingApprovals? failing = null;
        var asks = AccessGateway.Right with { Obligations = [Obligation.ForApproval(ApprovalTerms.Default)] };
        await using var gateway = await AccessGateway.StartAsync(time: clock, rules: [asks, AccessGateway.Others, AskingGateway.Approvers],
            change: settings => settings with { Approvals = settings.Approvals with { Hold = TimeSpan.Zero } },
            around: store => new FaultyStore(store) { Approvals = failing = new FailingApprovals(store.Approvals) });
        var id = await gateway.GrantedAsync(seconds: 60);
        await (await gateway.BeginAsync()).AskAsync("tools/call", AskingGateway.Echo(), "echo");
        Assert.Equal("call", Assert.Single(await gateway.QuestionsAsync(), static one => one.Kind == "call").Kind);
        failing!.Failing = "list";
        Assert.Null((await gateway.RevokeAsync(id, "dora")).Refusal);
        await gateway.SettledAsync();
        failing.Failing = "";
        Assert.Contains(await gateway.QuestionsAsync(), static one => one.Kind == "call");
        gateway.Gateway.Host.Core.AccessEffects.Repeat();
        await gateway.SettledAsync();
        Assert.DoesNotContain(await gateway.QuestionsAsync(), static one => one.Kind == "call");
    }
}
