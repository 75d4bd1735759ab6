using System.Text;
using System.Text.Json;
using Gatehouse.Administration;
using Gatehouse.Audit.Search;
using Gatehouse.Gateway.Tests.Approvals;
using Gatehouse.Testing;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Gateway.Tests.Webhooks;

/// <summary>Notifications over a restart, the end of the caller's rights, and the end of the process.</summary>
[Trait("Requirement", "AZ-04")]
[Trait("NoRetry", "yes")]
public sealed class WebhookLifeTests
{
    // Threat: an answer to a notification of the process before this one is taken, although nothing of it is known here.
    [Fact]
    public async Task Restart_SendsOpenQuestionsAgain_AndAnOldNonceOpensNothing()
    {
        var data = new TemporaryStore();
        await using var hooks = await WebhookSite.StartAsync(data: data, keepState: true);
        var (call, id, notice) = await hooks.AskAsync();
        Assert.Equal(0, await hooks.Site.Gateway.Host.DrainAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal("GH9002", await AskingGateway.CodeAsync(call));
        await hooks.RestartAsync(data);
        var next = await hooks.Receiver.NextAsync("approval.asked", 2);
        Assert.Equal((id, notice.Text("digest")), (next.Text("approval"), next.Text("digest")));
        Assert.NotEqual(notice.Text("nonce"), next.Text("nonce"));
        Assert.Equal("answer-nonce", (await hooks.SendAsync(hooks.Answer(notice))).Code);
        Assert.Equal(id, (await hooks.Site.Asking.OpenAsync()).Id);
        Assert.Equal(200, (await hooks.SendAsync(hooks.Answer(next))).Status);
    }

    // Threat: what waits for a later attempt says who called what, after the person has no rights here any more, or is forgotten.
    [Theory]
    [InlineData("erase")]
    [InlineData("contain")]
    [InlineData("revoke")]
    public async Task NotificationThatWaits_SaysNothingOfACallerWhoIsErasedContainedOrRevoked(string act)
    {
        var clock = new ManualTimeProvider();
        await using var hooks = await WebhookSite.StartAsync(clock: clock);
        hooks.Receiver.Answer = async context =>
        {
            context.Response.StatusCode = 503;
            await context.Response.CompleteAsync();
        };
        var (call, id) = await hooks.Site.AskAsync();
        await Eventually.TrueAsync(() => hooks.Receiver.Attempts.Count == 1, "the first attempt failed");
        await EndRightsAsync(hooks, act);
        hooks.Receiver.Answer = null;
        Assert.True((await call).TryGetProperty("error", out _));
        await hooks.AdvancedAsync(TimeSpan.FromSeconds(2), hooks.Receiver.NextAsync("approval.ended"));
        var ended = await hooks.Receiver.NextAsync("approval.ended");
        Assert.Equal((id, "closed"), (ended.Text("approval"), ended.Text("state")));
        await hooks.AdvancedAsync(TimeSpan.FromSeconds(2),
            Eventually.TrueAsync(() => hooks.Site.Gateway.Host.Core.Webhooks.Waiting("chat") == 0, "the attempt that waited is dropped"));
        Assert.Equal(["approval.ended"], hooks.Receiver.Taken.Select(static one => one.Type));
        Assert.All(hooks.Receiver.Taken, static one => Assert.DoesNotContain("alice", Encoding.UTF8.GetString(one.Body), StringComparison.Ordinal));
        var (_, other) = await hooks.Site.AskAsync("bob"); // others are notified as before
        Assert.Equal(other, (await hooks.Receiver.NextAsync("approval.asked")).Text("approval"));
        Assert.Equal(0, hooks.Receiver.Forged);
    }

    // Threat: a receiver that never answers keeps the gateway from draining, or from stopping.
    [Fact]
    public async Task DrainAndStop_AreBounded_WhileReceiversHang()
    {
        var hooks = await WebhookSite.StartAsync(["chat", "desk"], clock: new ManualTimeProvider());
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        foreach (var (receiver, _) in hooks.Hooks.Values) receiver.Answer = _ => release.Task;
        var (call, id) = await hooks.Site.AskAsync();
        await Eventually.TrueAsync(
            () => hooks.Hooks.Values.All(static one => one.Receiver.Attempts.Count == 1), "both receivers have the notification");
        Assert.Equal(0, await hooks.Site.Gateway.Host.DrainAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal("GH9002", await AskingGateway.CodeAsync(call));
        Assert.Equal(id, (await hooks.Site.Asking.OpenAsync()).Id);
        // The clock stands still, so that the time for one request is never over: an end that waited for the receivers would not come.
        await hooks.Site.Gateway.Host.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(2));
        release.SetResult();
        await hooks.DisposeAsync();
    }

    private static async Task EndRightsAsync(WebhookSite hooks, string act)
    {
        var host = hooks.Site.Gateway.Host;
        switch (act)
        {
            case "erase":
                await host.Core.Services.Erasure.EraseAsync(new EntryOwner(hooks.Issuer, "alice"), new PersonLookup(true, true));
                break;
            case "contain":
                await hooks.ContainAsync("alice");
                break;
            default:
                await host.Revocations.RevokeSubjectAsync(hooks.Issuer, "alice", "left");
                break;
        }
    }
}
