using System.Net.Sockets;
using System.Text;
using Gatehouse.EndToEnd.Tests.Harness;
using Gatehouse.Gateway.Tests;
using Gatehouse.Testing;

namespace Gatehouse.EndToEnd.Tests;

/// <summary>The control socket of a process whose callers have taken what it needs.</summary>
public sealed class ControlSocketTests
{
    // The threat: callers take all descriptors for a moment, and the operator can contain none of them until the next start (CWE-775).
    [Fact]
    public async Task AMomentWithoutDescriptors_DoesNotEndIt()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "prlimit");
        await using var team = new Team(await OutsideIssuer.StartAsync(), await RecordingUpstream.StartAsync());
        await team.StartAsync();
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await using (await team.WithoutDescriptorsAsync())
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(team.ControlSocket), TestContext.Current.CancellationToken);
            await socket.SendAsync("{\"v\":1,\"act\":\"status\",\"body\":{}}\n"u8.ToArray());
            Assert.False(await Eventually.WithinAsync(() => socket.Available > 0, TimeSpan.FromSeconds(1)), "the connection was taken");
        }

        await Eventually.TrueAsync(() => socket.Available > 0, "the request that waited is answered");
        var answer = new byte[socket.Available];
        await socket.ReceiveAsync(answer);
        Assert.Contains("\"ok\":true", Encoding.UTF8.GetString(answer), StringComparison.Ordinal);
        Assert.Contains("the control socket could not accept a connection: ", team.Output, StringComparison.Ordinal);
    }

    private sealed class Team(OutsideIssuer issuer, RecordingUpstream upstream) : TeamGateway(issuer, upstream)
    {
        public Task StartAsync() => ServeAsync("billing", "policy: [{ id: pay, permit: { subjects: [ada], servers: [billing], tools: [echo] } }]");
    }
}
