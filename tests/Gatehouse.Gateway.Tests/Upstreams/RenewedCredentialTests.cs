using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Upstreams;

/// <summary>A session that is begun anew is begun with the credential of whose session it is, whoever asks first.</summary>
public sealed class RenewedCredentialTests
{
    [Theory]
    [InlineData("tools/list")]
    [InlineData("tools/call")]
    public async Task SessionThatTheServerForgot_IsBegunAnewWithItsCallersCredential(string first)
    {
        await using var gateway = await TestGateway.StartAsync(
            settings => settings with { Servers = [settings.Servers[0] with { Stateless = true }] },
            options: given => given with { UpstreamCredentials = new CallerCredentials() });
        var era = new Era(gateway, modern: false, "alice");
        await era.BeginAsync();
        var fresh = 0;
        gateway.Upstream.On("initialize", (context, message) =>
        {
            context.Response.Headers["Mcp-Session-Id"] = $"fresh-{Interlocked.Increment(ref fresh)}";
            return RecordingUpstream.Json(context,
                $"{{\"jsonrpc\":\"2.0\",\"id\":{message.GetProperty("id").GetRawText()},\"result\":{{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{{\"tools\":{{}}}},\"serverInfo\":{{\"name\":\"r\",\"version\":\"1\"}}}}}}");
        });
        foreach (var (method, result) in new[]
            { ("tools/list", """{"tools":[{"name":"echo","inputSchema":{"type":"object"}}]}"""), ("tools/call", """{"content":[]}""") })
        {
            gateway.Upstream.On(method, (context, message) =>
            {
                var id = context.Request.Headers["Mcp-Session-Id"].ToString();
                if (id.Length == 0 || id.StartsWith("fresh-", StringComparison.Ordinal))
                    return RecordingUpstream.Json(context,
                        $"{{\"jsonrpc\":\"2.0\",\"id\":{message.GetProperty("id").GetRawText()},\"result\":{result}}}");
                context.Response.StatusCode = 404;
                return Task.CompletedTask;
            });
        }

        var before = gateway.Upstream.Received.Count;
        var body = await era.AskAsync(first, first == "tools/call" ? "\"name\":\"echo\"" : "", "echo");
        Assert.True(body.TryGetProperty("result", out _), body.ToString());
        var later = gateway.Upstream.Received.Skip(before).ToList();
        var begun = later.Where(request => request.Text.Contains("\"initialize\"", StringComparison.Ordinal)).ToList();
        var used = later.Where(request => request.Header("Mcp-Session-Id").Any(id => id.StartsWith("fresh-", StringComparison.Ordinal))).ToList();
        Assert.NotEmpty(begun);
        Assert.NotEmpty(used);
        Assert.All(begun.Concat(used),
            request => Assert.Equal("Bearer " + CallerCredentials.Of("alice"), Assert.Single(request.Header("Authorization"))));
    }
}
