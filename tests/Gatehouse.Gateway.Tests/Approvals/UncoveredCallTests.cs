using System.Text.Json;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Approvals;

/// <summary>
/// Threat: what no person sees changes what an approved call does. Members beside the params travel along, and so do headers of parameters that the
/// tool does not declare.
/// </summary>
[Trait("Requirement", "AZ-04")]
public sealed class UncoveredCallTests
{
    private const string Call = "\"method\":\"tools/call\",\"params\":{\"name\":\"echo\",\"arguments\":{\"amount\":10}}";

    [Theory]
    [InlineData(",\"context\":{\"account\":\"other\"}")]
    [InlineData(",\"params2\":{\"name\":\"echo\"}")]
    [InlineData(",\"\":1")]
    public async Task MemberBesideTheParams_GetsNoApproval(string member)
    {
        await using var asking = await AskingGateway.StartAsync();
        var (session, token) = (await asking.Gateway.InitializeAsync(), asking.Gateway.Token());
        using var response = await asking.Gateway.SendAsync(asking.Gateway.Post(
            $"{{\"jsonrpc\":\"2.0\",\"id\":7,{Call}{member}}}", token, ("Mcp-Session-Id", session), ("MCP-Protocol-Version", "2025-11-25")));
        await AssertRefusedAsync(asking, response);
    }

    [Fact]
    public async Task HeaderOfAParameterThatTheToolDoesNotDeclare_GetsNoApproval()
    {
        await using var asking = await AskingGateway.StartAsync();
        using var response = await asking.Gateway.SendAsync(
            asking.Gateway.Modern("tools/call", AskingGateway.Echo(), "echo", asking.Gateway.Token(), ("Mcp-Param-Account", "other")));
        await AssertRefusedAsync(asking, response);
    }

    [Fact]
    public async Task TextsOfTheTraceContext_DoNotReachTheServer()
    {
        await using var asking = await AskingGateway.StartAsync();
        var (session, token) = (await asking.Gateway.InitializeAsync(), asking.Gateway.Token());
        const string trace = "\"_meta\":{\"progressToken\":5,\"tracestate\":\"pay=other\",\"\\u0062aggage\":\"account=other\"}";
        var call = asking.Gateway.SendAsync(asking.Gateway.Post(
            $"{{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{{{trace},{AskingGateway.Echo()}}}}}", token,
            ("Mcp-Session-Id", session), ("MCP-Protocol-Version", "2025-11-25")));
        await asking.HeldAsync();
        await asking.AnswerAsync(await asking.OpenAsync());
        (await call).Dispose();
        var meta = JsonDocument.Parse(Assert.Single(asking.Forwarded).Text).RootElement.GetProperty("params").GetProperty("_meta");
        Assert.Equal(("", "", 5), (meta.GetProperty("tracestate").GetString(), meta.GetProperty("baggage").GetString(),
            meta.GetProperty("progressToken").GetInt32()));
    }

    private static async Task AssertRefusedAsync(AskingGateway asking, HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(text.Contains("GH4202", StringComparison.Ordinal), text);
        Assert.Empty(asking.Forwarded);
        Assert.Empty(await asking.InStateAsync(Storage.Abstractions.ApprovalState.Open));
    }
}
