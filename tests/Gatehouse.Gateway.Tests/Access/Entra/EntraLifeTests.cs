using EntraStandIn;
using Gatehouse.Configuration;
using Gatehouse.Gateway.Access.Entra;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Gateway.Tests.Approvals;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Access.Entra;

/// <summary>How long an answer of Microsoft Graph counts, what happens without one, and what begin and end leave in the log.</summary>
[Trait("Requirement", "AZ-04")]
[Trait("NoRetry", "yes")]
public sealed class EntraLifeTests
{
    private static readonly TimeSpan Recheck = EntraGraphSettings.DefaultRecheck;

    [Fact]
    public async Task EndInEntra_EndsTheRight_WithTheNextCheck()
    {
        await using var gateway = await EntraGateway.StartAsync();
        gateway.Entra.Access.Member();
        Assert.True(await gateway.CallsAsync());
        gateway.Entra.Access.Clear();
        Assert.True(await gateway.CallsAsync());
        Assert.Equal(1, gateway.Entra.Access.Asked); // the answer counts for a while
        await gateway.PassAsync(Recheck);
        Assert.False(await gateway.CallsAsync());
        await Eventually.TrueAsync(() => gateway.Acts() is ["begun", "ended ended-in-entra"], "begin and end are in the log");
    }

    [Fact]
    public async Task EndOfTheAssignment_EndsTheRight_AtItsTick()
    {
        await using var gateway = await EntraGateway.StartAsync();
        gateway.Entra.Access.Member(end: gateway.Clock.GetUtcNow().AddSeconds(20));
        Assert.True(await gateway.CallsAsync());
        await gateway.Gateway.NothingUnderWayAsync();
        gateway.Clock.Advance(TimeSpan.FromSeconds(20) - TimeSpan.FromTicks(1));
        Assert.True(await gateway.CallsAsync());
        await gateway.Gateway.NothingUnderWayAsync();
        gateway.Clock.Advance(TimeSpan.FromTicks(1));
        Assert.False(await gateway.CallsAsync());
    }

    // Many calls with the same right, and pauses in between: one entry for its begin.
    [Fact]
    public async Task Begin_HasOneEntry_WhateverIsChecked()
    {
        await using var gateway = await EntraGateway.StartAsync();
        gateway.Entra.Access.Member();
        for (var round = 0; round < 5; round++)
        {
            Assert.True(await gateway.CallsAsync());
            await gateway.PassAsync(Recheck * 2);
        }

        Assert.Equal(5, gateway.Entra.Access.Asked);
        var begun = Assert.Single(gateway.Entries());
        Assert.Equal("access.begun", begun.GetProperty("act").GetString());
        Assert.Equal("members", begun.GetProperty("rule").GetString());
        Assert.Equal($"entra-pim:group:{Tenant.Group}", begun.GetProperty("source").GetString());
        await gateway.PassAsync(EntraWatch.KeptIdle);
        await Eventually.TrueAsync(() => gateway.Acts() is ["begun", "ended not-checked"], "the end is in the log");
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(403)]
    public async Task WithoutAnAnswer_TheRightDoesNotCount_AndThePolicyRefuses(int status)
    {
        await using var gateway = await EntraGateway.StartAsync();
        gateway.Entra.Access.Member();
        gateway.Entra.Access.Instead = async context =>
        {
            await EntraGateway.WriteAsync(context, status, "{}");
            return true;
        };
        var (_, body, response) = await gateway.AnswerAsync();
        Assert.Equal("GH4003", body.GetProperty("error").GetProperty("data").GetProperty("code").GetString());
        var entry = gateway.Gateway.EndedEntryOf(response).GetRawText();
        Assert.Contains("access-not-checked", entry, StringComparison.Ordinal);
        Assert.True(await gateway.CallsAsync(tool: "secret"));
        Assert.Contains($"status {status}", gateway.Gateway.Diagnostics, StringComparison.Ordinal);
        Assert.False(await gateway.CallsAsync()); // no question for each call
        Assert.Equal((1, 1), (gateway.Entra.Access.Asked, gateway.Checks.Faults));
        gateway.Entra.Access.Instead = null;
        await gateway.PassAsync(TimeSpan.FromSeconds(10));
        Assert.True(await gateway.CallsAsync());
        Assert.DoesNotContain(Tenant.GatewaySecret, gateway.Gateway.Diagnostics, StringComparison.Ordinal);
        Assert.DoesNotContain(Tokens.GraphStart, gateway.Gateway.Diagnostics, StringComparison.Ordinal);
        Assert.DoesNotContain(Tenant.GatewaySecret, string.Concat(gateway.Gateway.Entries()), StringComparison.Ordinal);
        Assert.DoesNotContain(Tokens.GraphStart, string.Concat(gateway.Gateway.Entries()), StringComparison.Ordinal);
    }

    // An answer that was given counts for its time, and no longer, also if there is no further one.
    [Fact]
    public async Task OldAnswer_CountsForItsTimeOnly_WhenThereIsNoFurtherOne()
    {
        await using var gateway = await EntraGateway.StartAsync();
        gateway.Entra.Access.Member();
        Assert.True(await gateway.CallsAsync());
        gateway.Entra.Access.Instead = async context =>
        {
            await EntraGateway.WriteAsync(context, 500, "{}");
            return true;
        };
        await gateway.PassAsync(Recheck - TimeSpan.FromTicks(1));
        Assert.True(await gateway.CallsAsync());
        Assert.Equal(2, gateway.Entra.Access.Asked);
        await gateway.Gateway.NothingUnderWayAsync();
        gateway.Clock.Advance(TimeSpan.FromTicks(1));
        Assert.False(await gateway.CallsAsync());
    }

    [Fact]
    public async Task SlowAnswer_IsNoneAfterTheTimeout()
    {
        await using var gateway = await EntraGateway.StartAsync();
        var (arrived, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        gateway.Entra.Access.Member();
        gateway.Entra.Access.Instead = async _ =>
        {
            arrived.TrySetResult();
            await release.Task;
            return false;
        };
        var call = gateway.CallsAsync();
        await arrived.Task.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
        Assert.False(call.IsCompleted);
        gateway.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.False(await call);
        Assert.Contains("longer than issuers[].graph.timeout", gateway.Gateway.Diagnostics, StringComparison.Ordinal);
        release.SetResult();
    }

    [Fact]
    public async Task FiftyCallsOfOnePerson_AskOnce()
    {
        await using var gateway = await EntraGateway.StartAsync();
        var (arrived, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        gateway.Entra.Access.Member();
        gateway.Entra.Access.Instead = async _ =>
        {
            arrived.TrySetResult();
            await release.Task;
            return false;
        };
        var token = gateway.Token();
        var calls = Enumerable.Range(0, 50).Select(_ => gateway.CallsAsync(token)).ToList();
        await arrived.Task.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
        // Each of them has come as far as the question. Those above the caller's limit are refused before.
        await Eventually.TrueAsync(() => gateway.Gateway.Host.Registry.Count + calls.Count(static call => call.IsCompleted) == 50, "all calls are there");
        release.SetResult();
        var answered = (await Task.WhenAll(calls)).Count(static call => call);
        Assert.True(answered > 1, $"{answered} calls were answered");
        Assert.Equal(1, gateway.Entra.Access.Asked);
    }

    [Theory]
    [InlineData("entra")]
    [InlineData("time")]
    [InlineData("unreachable")]
    [InlineData("reload")]
    public async Task OpenStream_IsCheckedWhileItIsOpen_AndCutAtTheEnd(string how)
    {
        ConfigurationResult? next = null;
        await using var gateway = await EntraGateway.StartAsync(reload: () => next!);
        gateway.Entra.Access.Member(end: how == "time" ? gateway.Clock.GetUtcNow() + Recheck * 3 : null);
        var (opened, ended) = (new TaskCompletionSource(), new TaskCompletionSource());
        gateway.Gateway.Upstream.On("subscriptions/listen", async (context, message) =>
        {
            await RecordingUpstream.Events(context, $"data: {{\"jsonrpc\":\"2.0\",\"method\":\"notifications/subscriptions/acknowledged\",\"params\":{{\"_meta\":{{\"io.modelcontextprotocol/subscriptionId\":{message.GetProperty("id").GetRawText()}}}}}}}\n\n");
            opened.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => ended.TrySetResult(), TaskScheduler.Default);
        });
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var reading = client.SendAsync(
            gateway.Gateway.Modern("subscriptions/listen", "\"notifications\":{\"toolsListChanged\":true}", token: gateway.Token()),
            TestContext.Current.CancellationToken);
        await opened.Task.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => gateway.Gateway.Host.Registry.Streams().Count == 1, "the stream is open");

        // It stays open over several times of the answer, because the right is checked again.
        for (var step = 0; step < 10; step++)
        {
            gateway.Clock.Advance(Recheck / 4);
            await gateway.QuietAsync();
        }

        Assert.Equal(1, gateway.Gateway.Host.Registry.Count);
        Assert.False(ended.Task.IsCompleted);
        Assert.InRange(gateway.Entra.Access.Asked, 4, 10);
        var why = how switch { "entra" => "ended-in-entra", "time" => "time", "reload" => "rule-changed", _ => "not-confirmed" };
        if (how == "entra") gateway.Entra.Access.Clear();
        if (how == "unreachable") gateway.Entra.Access.Instead = static async context =>
        {
            await EntraGateway.WriteAsync(context, 503, "{}");
            return true;
        };
        if (how == "reload")
        {
            var settings = gateway.Gateway.Host.Snapshots.Current.Settings;
            settings = settings with { Rules = [EntraGateway.Others with { Tools = new NameSet(["more"]) }] };
            next = new ConfigurationResult { SourcePath = "f", Faults = [], Settings = settings };
            Assert.Empty(await gateway.Gateway.Host.ReloadAsync());
        }

        await AdvancedAsync(gateway, how == "reload" ? EndedAsync() : ended.Task);
        await Eventually.TrueAsync(() => reading.IsCompleted && gateway.Gateway.Host.Registry.Count == 0, "the stream has ended");
        await Eventually.TrueAsync(() => gateway.Acts() is ["begun", var end] && end == "ended " + why, "begin and end are in the log");
        if (how is "entra" or "unreachable" or "reload") Assert.False(await gateway.CallsAsync());

        async Task EndedAsync() => await Eventually.TrueAsync(() => gateway.Acts().Count == 2, "the right has ended");
    }

    // The rule asks a person about each call. While the call waits, the assignment ends in Entra.
    [Fact]
    public async Task HeldCall_IsNotForwarded_AfterTheEndInEntra()
    {
        var asks = EntraGateway.Members with { Obligations = [Obligation.ForApproval(ApprovalTerms.Default)] };
        await using var gateway = await EntraGateway.StartAsync([asks, EntraGateway.Others, AskingGateway.Approvers],
            change: settings => settings with { Approvals = settings.Approvals with { Hold = TimeSpan.FromMinutes(4) } });
        gateway.Entra.Access.Member();
        var call = gateway.CallsAsync();
        await Eventually.TrueAsync(() => gateway.Gateway.Host.Core.Services.ApprovalBook.Questions.Waiting == 1, "the call waits for a person");
        gateway.Entra.Access.Clear();
        await AdvancedAsync(gateway, call);
        Assert.False(await call);
        Assert.Empty(gateway.Gateway.Upstream.Of("tools/call"));
        await Eventually.TrueAsync(() => gateway.Acts() is ["begun", "ended ended-in-entra"], "begin and end are in the log");
        await gateway.Gateway.Host.Core.AccessEffects.SettledAsync();
        Assert.Equal("closed", (await gateway.DoAsync(new Gatehouse.Administration.ListApprovals(true))).Result!.Approvals.Single().State);
    }

    // The clock moves on only while no check is on its way: a step is as long as the time that an answer may take.
    private static Task AdvancedAsync(EntraGateway gateway, Task until) =>
        Eventually.AdvancedAsync(gateway.Clock, TimeSpan.FromSeconds(5), until, gateway.QuietAsync);

    // Results that say no are bounded, and do not keep others from being checked.
    [Fact]
    public void ManyPeople_StayInBounds_AndKeepRightsThatCount()
    {
        var clock = new ManualTimeProvider();
        var rights = new EntraRights(clock);
        var assignment = new EntraAssignment(EntraAssignmentKind.Group, Guid.Parse(Tenant.Group));
        using var graph = new EntraGraph(
            new IssuerSettings
            {
                Issuer = $"https://login.microsoftonline.com/{Tenant.Id}/v2.0",
                Client = new IssuerClientSettings { Id = Tenant.Gateway },
                Graph = new EntraGraphSettings(),
            },
            Guid.Parse(Tenant.Id),
            new Outbound.OutboundHandlers(new Outbound.SystemNameResolver()), static _ => throw new InvalidOperationException(), clock);
        Check("kept");
        Assert.True(rights.Confirm(Check("kept")!, Known(clock.GetUtcNow().AddMinutes(1)), "pim-1"));
        for (var number = 0; number < EntraRights.MostKept * 2; number++) Assert.NotNull(Check("person-" + number));
        Assert.True(rights.Count <= EntraRights.MostKept);
        Assert.Equal("pim-1", rights.Find("i", "kept", assignment));
        // With as many that count there is no room: another one is refused, and none is dropped.
        for (var number = 0; rights.All.Count < EntraRights.MostKept; number++)
            rights.Confirm(Check("member-" + number)!, Known(clock.GetUtcNow().AddMinutes(1)), "pim-m" + number);
        Assert.Null(Check("one more"));
        Assert.Equal(EntraRights.MostKept, rights.Count);
        Assert.NotNull(rights.Find("i", "kept", assignment));

        EntraRight? Check(string subject)
        {
            rights.CheckOf(new EntraPerson("i", subject, Guid.NewGuid()), assignment, graph, static _ => Task.CompletedTask, out var right);
            if (right is null) return null;
            rights.Note(right, _ => EntraKnowledge.None with { AskAgain = clock.GetUtcNow() + EntraChecks.KeptNo });
            rights.EndCheck(right);
            return right;
        }

        static EntraKnowledge Known(DateTimeOffset until) => new(until, until, until, null, false);
    }
}
