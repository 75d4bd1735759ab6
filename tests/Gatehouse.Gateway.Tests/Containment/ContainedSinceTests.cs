using Gatehouse.Containment;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Containment;

/// <summary>The last step before a message is sent asks what is contained by then (IR-01).</summary>
public sealed class ContainedSinceTests
{
    // What is put in force here ends nothing that is in progress, so that only this step is left to find the call.
    [Fact]
    public async Task ACallThatWaitsForItsTurn_IsRefused_WhenItsCallerIsContainedMeanwhile()
    {
        await using var gateway =
            await TestGateway.StartAsync(settings => settings with { Servers = [settings.Servers[0] with { Concurrency = 1 }] });
        gateway.Upstream.OnResult("server/discover",
            """
            {"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{"tools":{}},"serverInfo":{"name":"recording","version":"1"}}
            """);
        var (arrived, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        gateway.Upstream.On("tools/call", async (context, message) =>
        {
            arrived.TrySetResult();
            await release.Task;
            var id = message.GetProperty("id").GetRawText();
            await RecordingUpstream.Json(context, $"{{\"jsonrpc\":\"2.0\",\"id\":{id},\"result\":{{\"resultType\":\"complete\",\"content\":[]}}}}");
        });
        var (bob, alice) = (new Era(gateway, true, "bob"), new Era(gateway, true, "alice"));
        await bob.BeginAsync("{}");
        await alice.BeginAsync("{}");
        var first = bob.AskAsync("tools/call", "\"name\":\"echo\",\"arguments\":{}", "echo");
        await arrived.Task;
        var waiting = alice.AskAsync("tools/call", "\"name\":\"echo\",\"arguments\":{}", "echo");
        await Eventually.TrueAsync(() => gateway.Host.Registry.Waiting("up") == 1, "the call waits for its turn");
        var issuer = gateway.Host.Development!.TrustedIssuer.Profile.Issuer;
        var facts = new ContainmentFacts { Kind = ContainmentKind.User, Issuer = issuer, Name = "alice", Act = new ContainmentAct("", "", "") };
        var row = new ContainmentRow("ctn-1", ContainmentKind.User, default, default, default, false, false, default, default);
        gateway.Host.Core.Services.Get<ContainmentState>().Put(new ContainedSet([new Contained(row, facts)]));
        release.SetResult();
        await first;
        Assert.Contains("GH9010", (await waiting).GetRawText(), StringComparison.Ordinal);
        Assert.Single(gateway.Upstream.Of("tools/call"));
    }
}
