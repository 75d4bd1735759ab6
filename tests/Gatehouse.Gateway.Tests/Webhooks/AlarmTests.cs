using Gatehouse.Gateway.Tests.Access;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Tests.Webhooks;

/// <summary>A webhook that asks for alarms is notified of first uses and first grants, as the log knows them (AZ-03).</summary>
[Trait("Requirement", "AZ-03")]
public sealed class AlarmTests
{
    private static PolicyRule[] Everything =>
        [new() { Id = "all", Who = new WhoClause { Subjects = new NameSet(["alice", "bob"]) }, Directions = TestGateway.EveryDirection }];

    [Fact]
    public async Task FirstUseOfATool_IsAnAlarm_AndALaterOneAndARefusedOneAreNot()
    {
        await using var hooks = await WebhookSite.StartAsync(change: static one => one with { SendsAlarms = true }, rules: Everything);
        var exchange = await CallAsync(hooks, "alice", "echo");
        var alarm = await hooks.Receiver.NextAsync("use.first");
        Assert.Equal((exchange, "tools/call", "echo"), (alarm.Text("exchange"), alarm.Text("method"), alarm.Text("target")));
        Assert.Equal(("alice", hooks.Issuer),
            (alarm.Data.GetProperty("caller").GetProperty("subject").GetString(), alarm.Data.GetProperty("caller").GetProperty("issuer").GetString()));
        await CallAsync(hooks, "alice", "echo");
        await CallAsync(hooks, "mallory", "echo"); // refused
        await CallAsync(hooks, "bob", "echo"); // the first use of another person
        await hooks.Receiver.NextAsync("use.first", 2);
        await hooks.Site.Gateway.Host.Core.Webhooks.RestingAsync();
        Assert.Equal([("echo", "alice"), ("echo", "bob")], Alarms(hooks).Order());
        var sent = await hooks.Site.EntriesAsync("alarm.sent");
        Assert.Equal(2, sent.Count);
        Assert.All(sent, static one => Assert.Equal("use.first", one.GetProperty("fact.kind").GetString()));
    }

    // What was used before counts, also before the process or the webhook was there: the log knows it.
    [Fact]
    public async Task UseThatTheLogKnows_IsNoAlarm()
    {
        await using var hooks = await WebhookSite.StartAsync(rules: Everything);
        await CallAsync(hooks, "alice", "echo");
        hooks.ReplaceApprovals(static before =>
            before with { Webhooks = [.. before.Webhooks.Select(static one => one with { SendsAlarms = true })] });
        await CallAsync(hooks, "alice", "echo");
        await CallAsync(hooks, "bob", "echo");
        await hooks.Receiver.NextAsync("use.first");
        await hooks.Site.Gateway.Host.Core.Webhooks.RestingAsync();
        Assert.Equal([("echo", "bob")], Alarms(hooks));
    }

    [Fact]
    public async Task FirstRightForATime_IsAnAlarm_AndASecondOneByTheSameRuleIsNot()
    {
        await using var hooks = await WebhookSite.StartAsync(
            change: static one => one with { SendsAlarms = true }, rules: [AccessGateway.Right, AccessGateway.Others]);
        var first = await GrantedAsync(hooks, "alice");
        var alarm = await hooks.Receiver.NextAsync("grant.first");
        Assert.Equal((first, "write", "alice"),
            (alarm.Text("approval"), alarm.Text("rule"), alarm.Data.GetProperty("caller").GetProperty("subject").GetString()));
        Assert.Equal(200, (await hooks.Site.ActAsync("access.revoke", new { id = first, reason = "over" }, "alice")).Status);
        await GrantedAsync(hooks, "alice");
        await GrantedAsync(hooks, "bob");
        await hooks.Receiver.NextAsync("grant.first", 2);
        await hooks.Site.Gateway.Host.Core.Webhooks.RestingAsync();
        Assert.Equal(["alice", "bob"], hooks.Receiver.Taken.Where(static one => one.Type == "grant.first")
            .Select(static one => one.Data.GetProperty("caller").GetProperty("subject").GetString()).Order());
    }

    private static async Task<string> GrantedAsync(WebhookSite hooks, string person)
    {
        var asked = await hooks.Site.ActAsync("access.request", new { rule = "write", seconds = 300, reason = "ticket 812" }, person);
        var id = asked.Body.GetProperty("access").GetString()!;
        var shown = await hooks.Site.ShownAsync(id, "carol");
        Assert.Equal(200, (await hooks.Site.ActAsync("approval.grant", new { id, shown, reason = "seen" }, "carol")).Status);
        return id;
    }

    private static IEnumerable<(string Target, string Person)> Alarms(WebhookSite hooks) =>
        hooks.Receiver.Taken.Where(static one => one.Type == "use.first")
            .Select(static one => (one.Text("target"), one.Data.GetProperty("caller").GetProperty("subject").GetString()!));

    private static async Task<string> CallAsync(WebhookSite hooks, string person, string tool)
    {
        var gateway = hooks.Site.Gateway;
        var (_, _, response) = await gateway.CallAsync(gateway.Modern("tools/call", $"\"name\":\"{tool}\"", tool, gateway.Token(person)));
        return response.Headers.GetValues("Gatehouse-Request-Id").Single();
    }
}
