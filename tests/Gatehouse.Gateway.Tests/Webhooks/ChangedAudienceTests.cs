using System.Text;
using Gatehouse.Administration;
using Gatehouse.Audit.Search;
using Gatehouse.Gateway.Approvals;
using Gatehouse.Gateway.Tests.Approvals;
using Gatehouse.Gateway.Webhooks;
using Gatehouse.Policy;
using Gatehouse.Policy.Decisions;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Gatehouse.Testing;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Gateway.Tests.Webhooks;

/// <summary>Notifications that wait while the people, the address, the text or the receiver changes, and what a summary leaves out.</summary>
[Trait("Requirement", "AZ-04")]
[Trait("NoRetry", "yes")]
public sealed class ChangedAudienceTests
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(2);

    // Threat: the arguments of a call go to people who may not answer for it any more.
    [Theory]
    [InlineData("policy")]
    [InlineData("contain")]
    [InlineData("revoke")]
    public async Task NotificationThatWaits_IsNotSent_OnceNoPersonOfTheWebhookMayAnswer(string how)
    {
        var clock = new ManualTimeProvider();
        await using var hooks = await TwoWebhooksAsync(clock);
        var phone = hooks.Hooks["phone"].Receiver;
        var failed = FailingAsync(phone);
        var (_, id, _) = await hooks.AskAsync();
        await failed;
        await EndRightAsync(hooks, how);
        phone.Answer = null;
        await Eventually.AdvancedAsync(clock, Step, Eventually.TrueAsync(() => Waiting(hooks, "phone") == 0, "nothing waits"));
        Assert.Empty(phone.Taken);
        Assert.False(hooks.Site.Gateway.Host.Core.Services.Webhooks.Notices.Has("phone", id));
        Assert.Equal(id, (await hooks.Site.Asking.OpenAsync()).Id);
    }

    // Threat: a receiver goes on to learn what becomes of calls after its only person has lost the right.
    [Theory]
    [InlineData("policy")]
    [InlineData("contain")]
    [InlineData("revoke")]
    public async Task EndOfAQuestion_IsNotSent_OnceNoPersonOfTheWebhookMayAnswer(string how)
    {
        var clock = new ManualTimeProvider();
        await using var hooks = await TwoWebhooksAsync(clock);
        var phone = hooks.Hooks["phone"].Receiver;
        var (call, _, notice) = await hooks.AskAsync();
        await phone.NextAsync("approval.asked");
        await EndRightAsync(hooks, how);
        Assert.Equal(200, (await hooks.SendAsync(hooks.Answer(notice, decision: "deny"))).Status);
        await call;
        await hooks.Receiver.NextAsync("approval.ended");
        await hooks.Site.Gateway.Host.Core.Webhooks.SettledAsync();
        await Eventually.AdvancedAsync(clock, Step, Eventually.TrueAsync(() => Waiting(hooks, "phone") == 0, "nothing waits"));
        Assert.DoesNotContain(phone.Taken, static one => one.Type == "approval.ended");
    }

    // Threat: the end of a question waits for a later attempt, and its audience loses the right meanwhile.
    [Theory]
    [InlineData("policy")]
    [InlineData("contain")]
    [InlineData("revoke")]
    public async Task EndThatWaits_IsNotSent_OnceNoPersonOfTheWebhookMayAnswer(string how)
    {
        var clock = new ManualTimeProvider();
        await using var hooks = await TwoWebhooksAsync(clock);
        var phone = hooks.Hooks["phone"].Receiver;
        var (call, _, notice) = await hooks.AskAsync();
        await phone.NextAsync("approval.asked");
        var failed = FailingAsync(phone);
        Assert.Equal(200, (await hooks.SendAsync(hooks.Answer(notice, decision: "deny"))).Status);
        await call;
        await failed; // the end was not taken
        await EndRightAsync(hooks, how);
        phone.Answer = null;
        await Eventually.AdvancedAsync(clock, Step, Eventually.TrueAsync(() => Waiting(hooks, "phone") == 0, "nothing waits"));
        Assert.DoesNotContain(phone.Taken, static one => one.Type == "approval.ended");
    }

    // The caller was erased, so that the question cannot show who may answer for it.
    [Fact]
    public async Task EndOfAQuestionOfAnErasedCaller_IsNotSent_OnceEachPersonOfTheWebhookIsRevoked()
    {
        var clock = new ManualTimeProvider();
        await using var hooks = await TwoWebhooksAsync(clock);
        var phone = hooks.Hooks["phone"].Receiver;
        await hooks.AskAsync();
        await phone.NextAsync("approval.asked");
        await hooks.Site.Gateway.Host.Revocations.RevokeSubjectAsync(hooks.Issuer, "dora", "left");
        await hooks.Site.Gateway.Host.Core.Services.Erasure.EraseAsync(new EntryOwner(hooks.Issuer, "alice"), new PersonLookup(true, true));
        await hooks.Receiver.NextAsync("approval.ended");
        await hooks.Site.Gateway.Host.Core.Webhooks.SettledAsync();
        await Eventually.AdvancedAsync(clock, Step, Eventually.TrueAsync(() => Waiting(hooks, "phone") == 0, "nothing waits"));
        Assert.DoesNotContain(phone.Taken, static one => one.Type == "approval.ended");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WebhookWhoseOnlyPersonIsContainedOrRevoked_GetsNoNewQuestion(bool contained)
    {
        await using var hooks = await TwoWebhooksAsync(new ManualTimeProvider());
        if (contained) await hooks.ContainAsync("dora");
        else await hooks.Site.Gateway.Host.Revocations.RevokeSubjectAsync(hooks.Issuer, "dora", "left");
        var (_, id, _) = await hooks.AskAsync();
        await hooks.Site.Gateway.Host.Core.Webhooks.SettledAsync();
        Assert.False(hooks.Site.Gateway.Host.Core.Services.Webhooks.Notices.Has("phone", id));
        Assert.Equal("chat", Assert.Single(await hooks.Site.EntriesAsync("approval.sent")).GetProperty("webhook").GetString());
    }

    [Fact]
    public async Task TextOfALaterAttempt_IsInTheLog()
    {
        var clock = new ManualTimeProvider();
        await using var hooks = await WebhookSite.StartAsync(clock: clock, rules: [SignedAnswerTests.Remembering, AskingGateway.Approvers]);
        var failed = FailingAsync(hooks.Receiver);
        await hooks.Site.AskAsync();
        await failed;
        hooks.ReplaceApprovals(static one => one with { RememberMax = TimeSpan.FromDays(2) });
        hooks.Receiver.Answer = null;
        await Eventually.AdvancedAsync(clock, Step, hooks.Receiver.NextAsync("approval.asked"));
        var notice = await hooks.Receiver.NextAsync("approval.asked");
        var digests = (await hooks.Site.EntriesAsync("approval.sent")).Select(static one => one.GetProperty("shown").GetString()).ToList();
        Assert.Equal((2, notice.Text("shown")), (digests.Distinct().Count(), digests[^1]));
    }

    [Fact]
    public async Task EndThatWaits_GoesToNoOtherAddress()
    {
        var clock = new ManualTimeProvider();
        await using var elsewhere = await WebhookReceiver.StartAsync(new byte[32], clock);
        await using var hooks = await WebhookSite.StartAsync(clock: clock);
        var (call, _, notice) = await hooks.AskAsync();
        var failed = FailingAsync(hooks.Receiver);
        Assert.Equal(200, (await hooks.SendAsync(hooks.Answer(notice, decision: "deny"))).Status);
        await call;
        await failed; // the end was not taken
        hooks.ReplaceApprovals(one => one with { Webhooks = [one.Webhooks[0] with { Url = elsewhere.Url }] });
        await Eventually.AdvancedAsync(clock, Step, Eventually.TrueAsync(() => Waiting(hooks, "chat") == 0, "nothing waits"));
        Assert.Empty(elsewhere.Attempts);
    }

    [Fact]
    public async Task ReloadAfterANotificationWasGivenUp_SendsItAgain()
    {
        var clock = new ManualTimeProvider();
        await using var hooks = await WebhookSite.StartAsync(clock: clock, settings: static s => s with
        { Approvals = s.Approvals with { Expires = TimeSpan.FromHours(2), Hold = TimeSpan.FromHours(1) } });
        var failed = FailingAsync(hooks.Receiver);
        await hooks.Site.AskAsync();
        await failed;
        var counts = hooks.Site.Gateway.Host.Core.Services.Webhooks.Counts;
        await Eventually.AdvancedAsync(clock, TimeSpan.FromSeconds(5), Eventually.TrueAsync(() => counts.FailedTo("chat") == 1, "it is given up"));
        hooks.Receiver.Answer = null;
        Assert.Empty(await hooks.ReloadAsync());
        var notice = await hooks.Receiver.NextAsync("approval.asked");
        Assert.Equal(200, (await hooks.SendAsync(hooks.Answer(notice))).Status);
    }

    // How a person signs in is known with the answer: a prohibition of weak sign-ins keeps no question from a webhook.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ProhibitionOfWeakSignIns_KeepsNoWebhookFromTheQuestion(bool needsStrong)
    {
        var weak = AskingGateway.Approvers with { Id = "weak", Forbids = true, Who = new WhoClause { Strengths = new NameSet(["pwd"]) } };
        var may = !needsStrong ? AskingGateway.Approvers
            : AskingGateway.Approvers with { Who = AskingGateway.Approvers.Who! with { Strengths = new NameSet(["mfa"]) } };
        await using var hooks = await WebhookSite.StartAsync(rules: [AskingGateway.Calls, may, weak]);
        var (call, _, notice) = await hooks.AskAsync();
        var poor = hooks.Answer(notice);
        poor["acr"] = "pwd";
        Assert.Equal("no-approval-right", (await hooks.SendAsync(poor)).Code);
        Assert.Equal(200, (await hooks.SendAsync(hooks.Answer(notice))).Status);
        Assert.True((await call).TryGetProperty("result", out _));
    }

    // The query of a URI has what arguments have elsewhere: names, filters and keys.
    [Theory]
    [InlineData("https://files.example/r?patient=Mustermann", "https://files.example/r")]
    [InlineData("https://files.example/r#Mustermann", "https://files.example/r")]
    [InlineData("https://files.example/r", "https://files.example/r")]
    public void SummaryOfAResource_EndsBeforeTheQuery_AndSaysSo(string uri, string shown)
    {
        var facts = Facts("resources/read", uri);
        var lines = WebhookTexts.Lines(new ApprovalTexts(), facts, new ApprovalSettings(), isWhole: false);
        Assert.DoesNotContain("Mustermann", string.Join('\n', lines), StringComparison.Ordinal);
        Assert.Contains($"call        resources/read {shown}", lines);
        Assert.Equal(uri != shown, lines.Contains("query       not shown here"));
        Assert.Equal(shown, ApprovalText.TargetInSummary(facts));
        Assert.Contains($"call        resources/read {uri}", WebhookTexts.Lines(new ApprovalTexts(), facts, new ApprovalSettings(), isWhole: true));
        Assert.Equal("what?", ApprovalText.TargetInSummary(Facts("tools/call", "what?"))); // the name of a tool is whole
        var subscribed = Facts("subscriptions/listen", uri) with { Targets = [new ApprovalTarget(PolicyTarget.Resource, uri)] };
        Assert.Equal(shown, ApprovalText.TargetInSummary(subscribed));
    }

    private static ApprovalFacts Facts(string method, string target) => new()
    {
        Issuer = "https://login.example",
        Subject = "alice",
        Endpoint = "https://mcp.example/mcp/files",
        Server = "files",
        Source = "https://files.example",
        Method = method,
        Target = target,
        Rules = [],
        ExchangeId = "01",
        Terms = ApprovalTerms.Default,
        Parameters = Encoding.UTF8.GetBytes("{\"uri\":\"x\"}"),
    };

    private static Task<WebhookSite> TwoWebhooksAsync(ManualTimeProvider clock) =>
        WebhookSite.StartAsync(["chat", "phone"], clock: clock, change: static one => one with
        { Approvers = [one.Approvers[0] with { Subjects = one.Name == "phone" ? ["dora"] : ["carol"] }] });

    // Of the only person of the webhook "phone".
    private static async Task EndRightAsync(WebhookSite hooks, string how)
    {
        if (how == "policy")
        {
            var carol = AskingGateway.Approvers with { Who = new WhoClause { Subjects = new NameSet(["carol"]) } };
            hooks.Replace(before => before with { Policy = new PolicyDecisionPoint([AskingGateway.Calls, carol]) });
        }
        else if (how == "contain")
        {
            await hooks.ContainAsync("dora");
        }
        else
        {
            await hooks.Site.Gateway.Host.Revocations.RevokeSubjectAsync(hooks.Issuer, "dora", "left");
        }
    }

    private static long Waiting(WebhookSite hooks, string webhook) => hooks.Site.Gateway.Host.Core.Webhooks.Waiting(webhook);

    // Ends with the first request that is refused.
    private static Task FailingAsync(WebhookReceiver receiver)
    {
        var failed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        receiver.Answer = context =>
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            failed.TrySetResult();
            return Task.CompletedTask;
        };
        return failed.Task.WaitAsync(TimeSpan.FromMinutes(2));
    }
}
