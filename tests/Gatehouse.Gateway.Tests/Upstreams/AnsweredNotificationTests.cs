using System.Net;
using Gatehouse.Testing;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Gateway.Tests.Upstreams;

/// <summary>A server that answers notifications, which have no answer, can be used.</summary>
public sealed class AnsweredNotificationTests
{
    private const string Notification = """{"jsonrpc":"2.0","method":"notifications/initialized"}""";

    [Theory]
    [InlineData(200, "application/json", "{}", true)]
    [InlineData(200, "application/json", "not JSON", true)]
    [InlineData(202, "application/json", "null", true)]
    [InlineData(200, "text/event-stream", "data: {\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"from\":\"nobody\"}}\n\n", true)]
    [InlineData(201, "text/html", "<p>created</p>", true)]
    [InlineData(200, null, "", false)]
    [InlineData(204, null, "", false)]
    public async Task AStatusOfSuccess_CountsAsAccepted_AndTheBodyReachesNobody(int status, string? type, string text, bool isChange)
    {
        await using var gateway = await StartAsync(status, type, text);
        // The gateway's own session, in which it sees the server first, begins with a notification too.
        var session = await gateway.InitializeAsync();
        var (answered, _, response) = await gateway.CallAsync(gateway.Post(Notification, null, ("Mcp-Session-Id", session)));
        Assert.Equal((HttpStatusCode.Accepted, ""), (answered, await response.Content.ReadAsStringAsync()));
        var change = isChange ? ["change removed answer-to-notification"] : Array.Empty<string>();
        Assert.Equal(change, gateway.EndedEntryOf(response).GetProperty("parts").EnumerateArray()
            .Where(part => part.GetProperty("kind").GetString() == "change")
            .Select(part => $"change {part.GetProperty("outcome").GetString()} {part.GetProperty("reason").GetString()}"));
        var (_, list, _) = await gateway.CallAsync(
            gateway.Post("""{"jsonrpc":"2.0","id":2,"method":"tools/list"}""", null, ("Mcp-Session-Id", session)));
        Assert.Equal(2, list.GetProperty("result").GetProperty("tools").GetArrayLength());
    }

    [Theory]
    [InlineData(302)]
    [InlineData(401)]
    [InlineData(500)]
    public async Task AnotherStatus_IsAFault(int status)
    {
        await using var gateway = await StartAsync(202, null, "");
        var session = await gateway.InitializeAsync();
        gateway.Upstream.On("notifications/initialized", (context, _) => RecordingUpstream.Json(context, "{}", status));
        var (answered, body, _) = await gateway.CallAsync(gateway.Post(Notification, null, ("Mcp-Session-Id", session)));
        Assert.Equal((HttpStatusCode.BadGateway, "GH7004"),
            (answered, body.GetProperty("error").GetProperty("data").GetProperty("code").GetString()));
    }

    // A server of the legacy era.
    private static async Task<TestGateway> StartAsync(int status, string? type, string text)
    {
        var gateway = await TestGateway.StartAsync();
        gateway.Upstream.On("server/discover", (context, _) =>
            RecordingUpstream.Json(context, """{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"Method not found"}}"""));
        gateway.Upstream.On("notifications/initialized", (context, _) =>
        {
            context.Response.StatusCode = status;
            if (type is not null) context.Response.ContentType = type;
            return text.Length == 0 ? Task.CompletedTask : context.Response.WriteAsync(text);
        });
        return gateway;
    }
}
