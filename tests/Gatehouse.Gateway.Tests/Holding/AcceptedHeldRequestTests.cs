using Gatehouse.Pipeline.Approve;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Holding;

/// <summary>A request whose client saw that it is held, and that its server takes without an answer.</summary>
public sealed class AcceptedHeldRequestTests
{
    // A server that takes a request as if it were a notification, after its client saw a comment.
    [Fact]
    public async Task ServerThatAcceptsAHeldRequestWithoutAnAnswer_IsNoFaultOfTheGateway()
    {
        var (clock, approvals) = (new ManualTimeProvider(), new WaitingApprovals());
        await using var gateway = await HostFixture.StartAsync(HostFixture.With(approvals, HostFixture.Asks), clock);
        gateway.Upstream.On("tools/call", (context, _) =>
        {
            context.Response.StatusCode = 202;
            return Task.CompletedTask;
        });
        var era = new Era(gateway, modern: true, "alice");
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var call = client.SendAsync(era.Request("tools/call", "\"name\":\"echo\"", "echo"), HttpCompletionOption.ResponseHeadersRead,
            TestContext.Current.CancellationToken);
        await HostFixture.HeldAsync(gateway);
        await Eventually.AdvancedAsync(clock, TimeSpan.FromSeconds(5), call); // the client sees a comment, so that the response has begun
        approvals.Answer(ApprovalOutcome.Approved);
        using var response = await call;
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain("GH9001", text, StringComparison.Ordinal);
        Assert.DoesNotContain("InvalidOperationException", gateway.Diagnostics, StringComparison.Ordinal);
    }
}
