using System.Text;
using System.Text.Json;
using Gatehouse.Audit.Verification;
using Gatehouse.Gateway.Approvals;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Gateway.Tests.Approvals;
using Gatehouse.Gateway.Webhooks;
using Gatehouse.Identity.Partitions;
using Gatehouse.Outbound;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Testing;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Gateway.Tests.Webhooks;

/// <summary>Notifications go to the right webhooks with the right content, and a receiver that misbehaves delays only its own.</summary>
[Trait("Requirement", "AZ-04")]
[Trait("NoRetry", "yes")]
public sealed class NotificationTests
{
    [Fact]
    public async Task Notification_HasTheTextThatOtherWaysShow_AndNothingThatActs()
    {
        await using var hooks = await WebhookSite.StartAsync();
        var (_, id, notice) = await hooks.AskAsync();
        Assert.Equal(0, hooks.Receiver.Forged);
        var shown = await hooks.Site.ActAsync("approval.show", new { id }, "carol");
        var view = shown.Body.GetProperty("result");
        Assert.Equal(view.GetProperty("lines").EnumerateArray().Select(static line => line.GetString()),
            notice.Data.GetProperty("text").EnumerateArray().Select(static line => line.GetString()));
        Assert.Equal((view.GetProperty("shown").GetString(), view.GetProperty("digest").GetString()), (notice.Text("shown"), notice.Text("digest")));
        Assert.Equal((id, "up", "tools/call", "echo", "open"),
            (notice.Text("approval"), notice.Text("server"), notice.Text("method"), notice.Text("target"), notice.Text("state")));
        Assert.Equal("alice", notice.Data.GetProperty("caller").GetProperty("subject").GetString());
        Assert.Equal(10, notice.Data.GetProperty("parameters").GetProperty("arguments").GetProperty("amount").GetInt32());
        Assert.Equal(43, notice.Text("nonce").Length);
        // Neither the address of the interface nor that of the answers.
        Assert.DoesNotContain("/v1/", Encoding.UTF8.GetString(notice.Body), StringComparison.Ordinal);
        Assert.DoesNotContain(hooks.Site.Url.Authority, Encoding.UTF8.GetString(notice.Body), StringComparison.Ordinal);
        var sent = Assert.Single(await hooks.Site.EntriesAsync("approval.sent"));
        Assert.Equal(("chat", "yes", notice.Text("shown")),
            (sent.GetProperty("webhook").GetString(), sent.GetProperty("arguments").GetString(), sent.GetProperty("shown").GetString()));
        var leaf = await LeafAsync(hooks, "approval.sent");
        Assert.Equal(("chat", "yes", false),
            (leaf.GetProperty("webhook").GetString(), leaf.GetProperty("arguments").GetString(), leaf.TryGetProperty("shown", out _)));
    }

    // As a reader without any key has it.
    private static async Task<JsonElement> LeafAsync(WebhookSite hooks, string act)
    {
        await hooks.Site.Gateway.Host.Core.Services.Audit.PublishAsync();
        return AuditLogReader.Read(hooks.Site.Gateway.Host.State.Audit)
            .Single(entry => entry.TryGetProperty("act", out var name) && name.GetString() == act);
    }

    [Theory]
    [InlineData(true, "granted")]
    [InlineData(false, "denied")]
    public async Task EndOfAQuestion_IsSent_WithoutNames(bool grants, string state)
    {
        await using var hooks = await WebhookSite.StartAsync();
        var (call, id, _) = await hooks.AskAsync();
        await hooks.Site.Asking.AnswerAsync(await hooks.Site.Asking.OpenAsync(), grants);
        await call;
        var ended = await hooks.Receiver.NextAsync("approval.ended");
        Assert.Equal((id, state), (ended.Text("approval"), ended.Text("state")));
        Assert.Equal(2, ended.Data.EnumerateObject().Count());
    }

    [Fact]
    public async Task ExpiredQuestion_IsSentAsOver_AndAnAnswerGetsItsState()
    {
        var clock = new ManualTimeProvider();
        await using var hooks = await WebhookSite.StartAsync(clock: clock);
        var (call, _, notice) = await hooks.AskAsync();
        await Eventually.AdvancedAsync(clock, TimeSpan.FromSeconds(15), call);
        await hooks.AdvancedAsync(TimeSpan.FromSeconds(15), hooks.Receiver.NextAsync("approval.ended"));
        Assert.Equal("expired", (await hooks.Receiver.NextAsync("approval.ended")).Text("state"));
        var late = await hooks.SendAsync(hooks.Answer(notice));
        Assert.Equal((403, "answered-already"), (late.Status, late.Code));
        Assert.Contains("is expired already", late.Body.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("approval.list", late.Body.GetProperty("remedy").GetString(), StringComparison.Ordinal);
    }

    // The people who may answer, and the servers, are those of the policy and of the webhook. Others do not learn who calls what.
    [Fact]
    public async Task WebhookWithoutAPersonWhoMayAnswer_OrOfAnotherServer_GetsNothing()
    {
        await using var hooks = await WebhookSite.StartAsync(["chat", "strangers", "elsewhere"], change: static one => one.Name switch
        {
            "strangers" => one with { Approvers = [one.Approvers[0] with { Subjects = ["mallory"] }] },
            "elsewhere" => one with { Servers = ["another"] },
            _ => one with { Servers = ["up"] },
        });
        await hooks.AskAsync();
        await hooks.Site.Gateway.Host.Core.Webhooks.SettledAsync();
        var notices = hooks.Site.Gateway.Host.Core.Services.Webhooks.Notices;
        var id = (await hooks.Site.Asking.OpenAsync()).Id;
        Assert.Equal([true, false, false], new[] { "chat", "strangers", "elsewhere" }.Select(name => notices.Has(name, id)));
        Assert.Equal("chat", Assert.Single(await hooks.Site.EntriesAsync("approval.sent")).GetProperty("webhook").GetString());
    }

    // Threat: a receiver that hangs, or answers without end, holds calls or other receivers.
    [Fact]
    public async Task ReceiverThatHangs_OrAnswersWithoutEnd_DelaysNeitherCallsNorOtherReceivers()
    {
        var clock = new ManualTimeProvider();
        await using var hooks = await WebhookSite.StartAsync(["chat", "hangs", "endless"], clock: clock);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        hooks.Hooks["hangs"].Receiver.Answer = _ => release.Task;
        hooks.Hooks["endless"].Receiver.Answer = async context =>
        {
            context.Response.StatusCode = 200;
            while (!context.RequestAborted.IsCancellationRequested) await context.Response.WriteAsync(new string('a', 4096), context.RequestAborted);
        };
        var (call, _, notice) = await hooks.AskAsync();
        await Eventually.TrueAsync(() => hooks.Hooks["hangs"].Receiver.Attempts.Count == 1, "the receiver that hangs has the notification");
        await Eventually.TrueAsync(() => hooks.Site.Gateway.Host.Core.Services.Webhooks.Counts.DeliveredTo("endless") == 1, "the status was enough");
        Assert.Equal(200, (await hooks.SendAsync(hooks.Answer(notice))).Status);
        Assert.True((await call).TryGetProperty("result", out _));
        release.SetResult();
    }

    [Theory]
    [InlineData("down", "http-503")]
    [InlineData("redirect", "http-307")]
    [InlineData("hangs", "timeout")]
    [InlineData("closed", "unreachable")]
    public async Task NotificationThatIsNotTaken_IsRepeatedWithTheSameId_AndGivenUpWithItsCause(string how, string cause)
    {
        var clock = new ManualTimeProvider();
        await using var elsewhere = await WebhookReceiver.StartAsync(new byte[32], clock);
        // A question that lives longer than all attempts.
        await using var hooks = await WebhookSite.StartAsync(clock: clock, settings: static s => s with
        { Approvals = s.Approvals with { Expires = TimeSpan.FromHours(2) } });
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        hooks.Receiver.Answer = context => how switch
        {
            "redirect" => Redirect(context, elsewhere.Url),
            "hangs" => release.Task,
            "closed" => Abort(context),
            _ => Status(context, 503),
        };
        var (call, id) = await hooks.Site.AskAsync();
        var sender = hooks.Site.Gateway.Host.Core.Webhooks;
        // The clock stands still while a request is on its way: a busy machine must not make it late.
        foreach (var (failures, pause) in new[] { 5, 30, 120, 300, 600, 0 }.Index().Select(static one => (one.Index + 1, one.Item)))
        {
            await Eventually.TrueAsync(() => hooks.Receiver.Attempts.Count == failures, $"attempt {failures}");
            if (how == "hangs") clock.Advance(WebhookClient.Patience);
            await sender.RestingAsync();
            if (pause == 0) break;
            clock.Advance(TimeSpan.FromSeconds(pause - 1));
            await sender.RestingAsync();
            Assert.Equal(failures, hooks.Receiver.Attempts.Count); // not before its time
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(1, hooks.Site.Gateway.Host.Core.Services.Webhooks.Counts.FailedTo("chat"));
        clock.Advance(TimeSpan.FromMinutes(20));
        await sender.RestingAsync();
        release.TrySetResult();
        Assert.Equal(WebhookRetries.MostAttempts, hooks.Receiver.Attempts.Count);
        Assert.Single(hooks.Receiver.Attempts.Distinct(StringComparer.Ordinal));
        Assert.Empty(elsewhere.Attempts);
        await Eventually.TrueAsync(async () => (await hooks.Site.EntriesAsync("approval.undelivered")).Count == 1, "the entry is written");
        var entry = Assert.Single(await hooks.Site.EntriesAsync("approval.undelivered"));
        Assert.Equal((id, "chat", cause),
            (entry.GetProperty("approval").GetString(), entry.GetProperty("webhook").GetString(), entry.GetProperty("why").GetString()));
        Assert.Equal("chat", (await LeafAsync(hooks, "approval.undelivered")).GetProperty("webhook").GetString());
        Assert.Contains($"webhook chat was not notified of {id}: {cause}", hooks.Site.Gateway.Diagnostics, StringComparison.Ordinal);
        Assert.Single(await hooks.Site.EntriesAsync("approval.sent")); // one showing, however often it is tried
        Assert.Contains(KeyValuePair.Create("webhook.chat.failed", "1"), WorkFacts.Of(hooks.Site.Gateway.Host.Core));
        Assert.Contains("gatehouse_webhook_notifications_total{webhook=\"chat\",outcome=\"failed\"} 1",
            hooks.Site.Gateway.Host.Metrics().Text(), StringComparison.Ordinal);
        Assert.Equal(id, (await hooks.Site.Asking.OpenAsync()).Id); // and the question is open for the other ways
        await Eventually.AdvancedAsync(clock, TimeSpan.FromSeconds(15), call);
    }

    [Fact]
    public async Task ReceiverThatComesBack_GetsTheNotification_AndTheAnswerCounts()
    {
        var clock = new ManualTimeProvider();
        await using var hooks = await WebhookSite.StartAsync(clock: clock);
        hooks.Receiver.Answer = static context => Status(context, 500);
        var (call, _) = await hooks.Site.AskAsync();
        await Eventually.TrueAsync(() => hooks.Receiver.Attempts.Count == 1, "the first attempt");
        hooks.Receiver.Answer = null;
        await hooks.AdvancedAsync(TimeSpan.FromSeconds(1), hooks.Receiver.NextAsync("approval.asked"));
        var notice = await hooks.Receiver.NextAsync("approval.asked");
        Assert.Equal(200, (await hooks.SendAsync(hooks.Answer(notice))).Status);
        Assert.True((await call).TryGetProperty("result", out _));
    }

    // The address is judged as any that the configuration names: the metadata service of a cloud is never one (CWE-918).
    [Fact]
    public async Task AddressOfTheMetadataService_IsNotConnectedTo()
    {
        var clock = new ManualTimeProvider();
        await using var hooks = await WebhookSite.StartAsync(clock: clock, change: static one => one with { Url = new Uri("http://169.254.169.254/latest") },
            settings: static s => s with { Approvals = s.Approvals with { Expires = TimeSpan.FromHours(2) } });
        var (call, _) = await hooks.Site.AskAsync();
        var counts = hooks.Site.Gateway.Host.Core.Services.Webhooks.Counts;
        await Eventually.AdvancedAsync(clock, TimeSpan.FromSeconds(5), Eventually.TrueAsync(() => counts.FailedTo("chat") == 1, "it is given up"));
        await Eventually.TrueAsync(async () => (await hooks.Site.EntriesAsync("approval.undelivered")).Count == 1, "the entry is written");
        Assert.Equal("destination-refused", Assert.Single(await hooks.Site.EntriesAsync("approval.undelivered")).GetProperty("why").GetString());
        await Eventually.AdvancedAsync(clock, TimeSpan.FromSeconds(15), call);
    }

    // Threat: under a new configuration the nonce that went to the old address still opens the question.
    [Fact]
    public async Task ReloadThatChangesTheWebhook_NotifiesAgain_AndVoidsTheOldNonce()
    {
        await using var hooks = await WebhookSite.StartAsync();
        var (call, id, notice) = await hooks.AskAsync();
        var snapshots = hooks.Site.Gateway.Host.Snapshots;
        var before = snapshots.Current;
        var webhook = before.Settings.Approvals.Webhooks[0];
        snapshots.Replace(before with
        {
            Generation = before.Generation + 1,
            Settings = before.Settings with
            { Approvals = before.Settings.Approvals with { Webhooks = [webhook with { Url = new Uri(webhook.Url, "/other") }] } },
        });
        var next = await hooks.Receiver.NextAsync("approval.asked", 2);
        Assert.Equal(id, next.Text("approval"));
        Assert.Equal("answer-nonce", (await hooks.SendAsync(hooks.Answer(notice))).Code);
        Assert.Equal(200, (await hooks.SendAsync(hooks.Answer(next))).Status);
        Assert.True((await call).TryGetProperty("result", out _));
    }

    // Threat: one caller with many calls takes the queue of all (CWE-770).
    [Fact]
    public void QueueIsBounded_AndOneCallerGetsAPart()
    {
        var queue = new WebhookQueue();
        var (one, other) = (CallerPartition.Of("https://login.example", "a"), CallerPartition.Of("https://login.example", "b"));
        var taken = 0;
        while (queue.TryAdd(Delivery($"apr-{taken}", one), 25)) taken++;
        Assert.Equal(WebhookQueue.Most / 2, taken);
        Assert.True(queue.TryAdd(Delivery("apr-x", other), 25));
        Assert.Equal(taken + 1, queue.Count);
        var due = Enumerable.Range(0, 10).Select(_ => queue.TakeDue(DateTimeOffset.UnixEpoch)).OfType<WebhookDelivery>().ToList();
        Assert.Equal(WebhookQueue.MostInProgress, due.Count);
        due.ForEach(queue.End);
        Assert.Equal(taken + 1 - due.Count, queue.Count);

        static EndedDelivery Delivery(string question, CallerPartition caller) =>
            new("m", new WebhookNotice("chat", "", question, "nonce", IsWhole: false), caller, "denied");
    }

    [Fact]
    public void NoncesAreBounded_AndTakenOnce()
    {
        var notices = new WebhookNotices();
        var webhook = new ApprovalWebhookSettings
        { Name = "chat", Url = new Uri("https://chat.example"), Secret = new SecretReference("env", "X"), Approvers = [] };
        for (var i = 0; i < WebhookNotices.Most; i++) Assert.NotNull(notices.Add(webhook, $"apr-{i}"));
        Assert.Null(notices.Add(webhook, "apr-more"));
        var notice = notices.Add(webhook, "apr-7")!; // a new nonce for a question that is there
        Assert.Null(notices.TryTake(webhook, "apr-7", notice.Nonce)); // it has not been sent yet
        Assert.True(notices.TrySend(notice, new byte[32], DateTimeOffset.UnixEpoch));
        Assert.Null(notices.TryTake(webhook with { SendsArguments = true }, "apr-7", notice.Nonce));
        var taken = Enumerable.Range(0, 16).AsParallel().Select(_ => notices.TryTake(webhook, "apr-7", notice.Nonce)).OfType<WebhookNotice>().ToList();
        notices.GiveBack(Assert.Single(taken));
        Assert.NotNull(notices.TryTake(webhook, "apr-7", notice.Nonce));
        notices.Remove("chat", "apr-7");
        Assert.NotNull(notices.Add(webhook, "apr-more"));
    }

    private static Task Status(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    private static Task Redirect(HttpContext context, Uri to)
    {
        context.Response.Redirect(to.ToString(), permanent: false, preserveMethod: true);
        return Task.CompletedTask;
    }

    private static Task Abort(HttpContext context)
    {
        context.Abort();
        return Task.CompletedTask;
    }
}
