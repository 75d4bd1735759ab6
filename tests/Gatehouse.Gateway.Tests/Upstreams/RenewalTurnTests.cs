using Gatehouse.Identity.Bearer;
using Gatehouse.Policy;
using Gatehouse.Settings;
using Gatehouse.Testing;
using Gatehouse.Upstreams;

namespace Gatehouse.Gateway.Tests.Upstreams;

/// <summary>A session of one caller that takes long to begin anew holds up no other caller's.</summary>
public sealed class RenewalTurnTests
{
    [Fact]
    public async Task ACredentialThatIsSlow_HoldsUpNoOtherCallersSession()
    {
        var credentials = new SlowFor("alice");
        await using var gateway = await TestGateway.StartAsync(
            settings => settings with { Servers = [settings.Servers[0] with { Stateless = true }] },
            options: given => given with { UpstreamCredentials = credentials });
        var eras = new Dictionary<string, Era>();
        foreach (var caller in new[] { "alice", "bob" })
        {
            eras[caller] = new Era(gateway, modern: false, caller);
            await eras[caller].BeginAsync();
        }

        gateway.Upstream.On("initialize", (context, message) =>
        {
            context.Response.Headers["Mcp-Session-Id"] = "fresh-" + Guid.NewGuid();
            return RecordingUpstream.Json(context,
                $"{{\"jsonrpc\":\"2.0\",\"id\":{message.GetProperty("id").GetRawText()},\"result\":{{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{{\"tools\":{{}}}},\"serverInfo\":{{\"name\":\"r\",\"version\":\"1\"}}}}}}");
        });
        gateway.Upstream.On("ping", (context, message) =>
        {
            if (context.Request.Headers["Mcp-Session-Id"].ToString().StartsWith("fresh-", StringComparison.Ordinal))
                return RecordingUpstream.Json(context, $"{{\"jsonrpc\":\"2.0\",\"id\":{message.GetProperty("id").GetRawText()},\"result\":{{}}}}");
            credentials.IsSlow = true; // from the handshake on
            context.Response.StatusCode = 404;
            return Task.CompletedTask;
        });
        var alice = eras["alice"].AskAsync("ping");
        await Eventually.TrueAsync(() => credentials.Waiting > 0, "alice's session begins anew");
        try
        {
            var body = await eras["bob"].AskAsync("ping").WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
            Assert.True(body.TryGetProperty("result", out _), body.ToString());
        }
        finally
        {
            credentials.Go.SetResult();
            await alice;
        }
    }

    private sealed class SlowFor(string slow) : IUpstreamCredentials
    {
        private int waiting;

        public TaskCompletionSource Go { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsSlow { get; set; }

        public int Waiting => Volatile.Read(ref waiting);

        public async ValueTask<UpstreamCredential?> GetAsync(
            PolicySubject? caller, ServerSettings server, string? exchange, CancellationToken cancellation)
        {
            if (IsSlow && caller?.Subject == slow)
            {
                Interlocked.Increment(ref waiting);
                await Go.Task.WaitAsync(cancellation);
            }

            return new UpstreamCredential("Authorization", "Bearer ", new SecretText(CallerCredentials.Of(caller?.Subject)));
        }
    }
}
