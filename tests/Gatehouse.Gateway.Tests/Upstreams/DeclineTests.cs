using System.Net;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Upstreams;

/// <summary>What a server declines reaches the client in the words of HTTP, although the stages between know no status.</summary>
public sealed class DeclineTests
{
    [Theory]
    [InlineData("GET", 400)]
    [InlineData("GET", 404)]
    [InlineData("GET", 405)]
    [InlineData("GET", 409)]
    [InlineData("DELETE", 400)]
    [InlineData("DELETE", 404)]
    [InlineData("DELETE", 405)]
    [InlineData("DELETE", 409)]
    public async Task DeclineWithoutAMessage_KeepsItsStatus(string verb, int status)
    {
        await using var gateway = await TestGateway.StartAsync();
        gateway.Upstream.WithoutSessions().On(verb, (context, _) =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });
        var (answered, _, response) = await gateway.CallAsync(verb == "GET" ? gateway.Get() : gateway.Delete());
        Assert.Equal((HttpStatusCode)status, answered);
        Assert.Equal(status == 405 ? ["DELETE", "POST"] : [], response.Content.Headers.Allow.Order());
        var ended = gateway.EndedEntryOf(response);
        Assert.Equal((verb, status, 1),
            (ended.GetProperty("verb").GetString(), ended.GetProperty("status").GetInt32(), ended.GetProperty("up").GetInt32()));
    }

    [Theory]
    [InlineData(200)]
    [InlineData(400)]
    [InlineData(404)]
    public async Task DeclineWithAMessage_KeepsItsStatus(int status)
    {
        await using var gateway = await TestGateway.StartAsync();
        gateway.Upstream.WithoutSessions().On("ping", (context, message) =>
            RecordingUpstream.Json(context,
                $"{{\"jsonrpc\":\"2.0\",\"id\":{message.GetProperty("id").GetRawText()},\"error\":{{\"code\":-32600,\"message\":\"no\"}}}}", status));
        var (answered, body, _) = await gateway.CallAsync(gateway.Post("""{"jsonrpc":"2.0","id":7,"method":"ping"}"""));
        Assert.Equal((HttpStatusCode)status, answered);
        Assert.Equal((7, -32600), (body.GetProperty("id").GetInt32(), body.GetProperty("error").GetProperty("code").GetInt32()));
    }

    [Theory]
    [InlineData(200, true)]
    [InlineData(202, true)]
    [InlineData(204, true)]
    [InlineData(405, false)]
    public async Task SessionEnds_WhenTheServerEndsIt(int status, bool ends)
    {
        await using var gateway = await TestGateway.StartAsync();
        gateway.Upstream.On("DELETE", (context, _) =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });
        var session = await gateway.InitializeAsync();
        var (answered, _, _) = await gateway.CallAsync(gateway.Delete(null, ("Mcp-Session-Id", session)));
        Assert.Equal(ends ? HttpStatusCode.OK : HttpStatusCode.MethodNotAllowed, answered);
        var (later, _, _) = await gateway.CallAsync(gateway.Post("""{"jsonrpc":"2.0","id":1,"method":"ping"}""", null, ("Mcp-Session-Id", session)));
        Assert.Equal(ends ? HttpStatusCode.NotFound : HttpStatusCode.OK, later);
    }
}
