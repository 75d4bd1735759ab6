using System.Net;
using System.Text.Json;
using Gatehouse.Protocol;

namespace Gatehouse.Gateway.Tests;

/// <summary>A session belongs to who began it, whatever is sent in it (ST-01).</summary>
[Trait("Requirement", "ST-01")]
public sealed class SessionOwnerTests
{
    /// <summary>Every method that a client may send in the legacy era, but the one that begins a session.</summary>
    public static TheoryData<string> Methods =>
    [
        .. ProtocolMethods.All.Where(method => method.ExistsIn(ProtocolRevision.V20251125) && method.Direction != MethodDirection.ServerToClient
            && method.Name != "initialize")
            .Select(method => method.Name),
    ];

    [Theory]
    [MemberData(nameof(Methods))]
    [Trait("Requirement", "H01")]
    [Trait("Requirement", "L15")]
    [Trait("Requirement", "L16")]
    public async Task AnotherUsersSession_AnswersEveryMethodAsAnUnknownOne(string method)
    {
        await using var gateway = await TestGateway.StartAsync();
        var handle = await gateway.InitializeAsync(gateway.Token("alice"));
        var unknown = await gateway.InitializeAsync(gateway.Token("bob"));
        await gateway.CallAsync(gateway.Delete(gateway.Token("bob"), ("Mcp-Session-Id", unknown)));
        var before = gateway.Upstream.Received.Count;
        var foreign = await AskAsync(gateway, method, "bob", handle);
        Assert.Equal(HttpStatusCode.NotFound, foreign.Status);
        Assert.Equal(await AskAsync(gateway, method, "bob", unknown), foreign);
        Assert.Equal(before, gateway.Upstream.Received.Count);
        Assert.NotEqual(HttpStatusCode.NotFound, (await AskAsync(gateway, method, "alice", handle)).Status); // the session lives
    }

    [Fact]
    public void Methods_AreThoseOfTheProtocol() => Assert.True(Methods.Count >= 18, string.Join(' ', Methods.Select(row => row.Data)));

    private static async Task<(HttpStatusCode Status, string Code)> AskAsync(TestGateway gateway, string method, string subject, string handle)
    {
        const string parameters =
            "\"name\":\"echo\",\"uri\":\"file:///a\",\"taskId\":\"t\",\"level\":\"info\",\"requestId\":7,\"progressToken\":7,\"progress\":1,\"status\":\"working\",\"ref\":{\"type\":\"ref/prompt\",\"name\":\"p\"},\"argument\":{\"name\":\"a\",\"value\":\"b\"}";
        var id = ProtocolMethods.TryGet(method, out var known) && known.Kind == MessageKind.Request ? "\"id\":1," : "";
        var (status, body, _) =
            await gateway.CallAsync(
                gateway.Post($"{{\"jsonrpc\":\"2.0\",{id}\"method\":\"{method}\",\"params\":{{{parameters}}}}}", gateway.Token(subject),
                    ("Mcp-Session-Id", handle)));
        var code = body.ValueKind == JsonValueKind.Object && body.TryGetProperty("error", out var error) && error.TryGetProperty("data", out var data)
            ? data.GetProperty("code").GetString()! : "";
        return (status, code);
    }
}
