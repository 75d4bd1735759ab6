using Gatehouse.Gateway.Tests.Access;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Webhooks;

/// <summary>A webhook that asks for alarms is notified of first uses and first grants, as the log knows them (AZ-03).</summary>
[Trait("Requirement", "AZ-03")]
[Trait("NoRetry", "yes")]
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

    // Threat: the holder of a stolen token sends the first call several times at once.
    [Fact]
    public async Task FirstCallsAtTheSameTime_AreOneAlarmForEachPerson()
    {
        const int people = 20;
        var who = new WhoClause { Subjects = new NameSet([.. Enumerable.Range(0, people).Select(Person)]) };
        PolicyRule[] rules = [new() { Id = "all", Who = who, Directions = TestGateway.EveryDirection }];
        await using var hooks = await WebhookSite.StartAsync(change: static one => one with { SendsAlarms = true }, rules: rules);
        for (var number = 0; number < people; number++)
        {
            var person = Person(number);
            await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => CallAsync(hooks, person, "echo"))));
        }

        await hooks.Receiver.NextAsync("use.first", people);
        await hooks.Site.Gateway.Host.Core.Webhooks.RestingAsync();
        Assert.Equal(
            Enumerable.Range(0, people).Select(Person).Order(StringComparer.Ordinal),
            Alarms(hooks).Select(static one => one.Person).Order(StringComparer.Ordinal));

        static string Person(int number) => $"p{number}";
    }

    // Threat: a name that the entry has in a shorter form is searched for as it was called, and never found.
    [Fact]
    public async Task ToolWithAVeryLongName_IsAnAlarm()
    {
        var name = new string('c', 1100);
        await using var hooks = await WebhookSite.StartAsync(change: static one => one with { SendsAlarms = true }, rules: Everything);
        hooks.Site.Gateway.Upstream.OnResult(
            "tools/list", $"{{\"resultType\":\"complete\",\"tools\":[{{\"name\":\"{name}\",\"inputSchema\":{{\"type\":\"object\"}}}}]}}");
        await CallAsync(hooks, "alice", name);
        Assert.Equal(name, (await hooks.Receiver.NextAsync("use.first")).Text("target"));
    }

    // The entry about what a person granted to another names the person too, and is no right of the person.
    [Fact]
    public async Task FirstRightOfAPersonWhoGrantedItToAnother_IsAnAlarm()
    {
        await using var hooks = await WebhookSite.StartAsync(
            change: static one => one with { SendsAlarms = true }, rules: [AccessGateway.Right, AccessGateway.Others]);
        await GrantedAsync(hooks, "bob", by: "alice");
        await GrantedAsync(hooks, "alice", by: "dora");
        await hooks.Receiver.NextAsync("grant.first", 2);
    }

    [Fact]
    public async Task RightThatIsOverBeforeTheReceiverAnswers_IsStillAnAlarm()
    {
        var clock = new ManualTimeProvider(DateTimeOffset.UtcNow);
        await using var hooks = await WebhookSite.StartAsync(
            change: static one => one with { SendsAlarms = true }, clock: clock, rules: [AccessGateway.Right, AccessGateway.Others]);
        hooks.Receiver.Answer = static context =>
        {
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        };
        var id = await GrantedAsync(hooks, "alice");
        await Eventually.TrueAsync(() => hooks.Receiver.Attempts.Count > 0, "an attempt");
        await hooks.Site.Gateway.Host.Core.Webhooks.RestingAsync();
        Assert.Equal(200, (await hooks.Site.ActAsync("access.revoke", new { id, reason = "over" }, "alice")).Status);
        hooks.Receiver.Answer = null;
        await Eventually.AdvancedAsync(clock, TimeSpan.FromSeconds(30), hooks.Receiver.NextAsync("grant.first"));
    }

    private static async Task<string> GrantedAsync(WebhookSite hooks, string person, string by = "carol")
    {
        var asked = await hooks.Site.ActAsync("access.request", new { rule = "write", seconds = 300, reason = "ticket 812" }, person);
        var id = asked.Body.GetProperty("result").GetProperty("id").GetString()!;
        var shown = await hooks.Site.ShownAsync(id, by);
        Assert.Equal(200, (await hooks.Site.ActAsync("approval.grant", new { id, shown, reason = "seen" }, by)).Status);
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
