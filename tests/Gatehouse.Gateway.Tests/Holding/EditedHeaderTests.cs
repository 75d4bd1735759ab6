using Gatehouse.Pipeline.Approve;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Holding;

/// <summary>What a rule took out of a message is in no header either.</summary>
[Trait("NoRetry", "yes")]
public sealed class EditedHeaderTests
{
    // A server that marks a parameter while the rules look and no longer when the edited call is decided again gets what the rules took out, in the
    // header.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TextThatARuleTookOut_DoesNotCrossInAHeader_WhateverTheServerDeclaresMeanwhile(bool changes)
    {
        var (clock, approvals) = (new ManualTimeProvider(), new WaitingApprovals());
        await using var gateway = await HostFixture.StartAsync(
            HostFixture.With(approvals, TestRule.Replacing("redact", "secret", "[removed]"), HostFixture.Asks), clock,
            change: s => s with { Servers = [s.Servers[0] with { Deadline = TimeSpan.FromHours(1) }] });
        var lists = 0;
        gateway.Upstream.On("tools/list", (context, message) =>
        {
            var mark = Interlocked.Increment(ref lists) == 1 || !changes ? ",\"x-mcp-header\":\"Text\"" : "";
            return RecordingUpstream.Json(context,
                $"{{\"jsonrpc\":\"2.0\",\"id\":{message.GetProperty("id").GetRawText()},\"result\":{{\"resultType\":\"complete\",\"tools\":[{{\"name\":\"echo\",\"inputSchema\":{{\"type\":\"object\",\"properties\":{{\"text\":{{\"type\":\"string\"{mark}}}}}}}}}],\"ttlMs\":0,\"cacheScope\":\"public\"}}}}");
        });
        var call = gateway.CallAsync(
            gateway.Modern("tools/call", "\"name\":\"echo\",\"arguments\":{\"text\":\"secret\"}", "echo", null, ("Mcp-Param-Text", "secret")));
        await HostFixture.HeldAsync(gateway);
        clock.Advance(TimeSpan.FromMinutes(5));
        approvals.Answer(ApprovalOutcome.Approved);
        var response = await (await call).Response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(lists >= 2, $"{lists} lists; {response}");
        Assert.True(gateway.Upstream.Of("tools/call").Count == (changes ? 0 : 1), response + string.Join("\n", gateway.Entries()));
        Assert.DoesNotContain(gateway.Upstream.Of("tools/call"),
            call => call.Headers.Any(header => header.Value.Contains("secret", StringComparison.Ordinal))
                || call.Text.Contains("secret", StringComparison.Ordinal));
    }
}
