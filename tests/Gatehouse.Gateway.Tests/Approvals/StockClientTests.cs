using System.Text.Json;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Testing;
using Gatehouse.Tests.Processes;
using ModelContextProtocol;
using ModelContextProtocol.Client;

namespace Gatehouse.Gateway.Tests.Approvals;

/// <summary>
/// Clients that nobody here wrote, as they come, live with approvals: a call that is held and granted, one that is not answered in time, the second
/// call after the grant, and in the modern era the rounds, which they make without their user.
/// </summary>
[Trait("Requirement", "AZ-04")]
public sealed class StockClientTests
{
    private const string CSharp = "csharp";

    [Theory]
    [InlineData("ts-v1.mjs")]
    [InlineData("ts-v2-legacy.mjs")]
    [InlineData("ts-v2-modern.mjs")]
    [InlineData(CSharp)]
    public async Task HeldCall_IsGranted_AndTheClientNoticesOnlyTheWait(string client)
    {
        Require(client);
        await using var asking = await StartAsync(settings => With(settings, seconds: 45));
        var call = CallAsync(asking, client);
        await asking.AnswerAsync(await OpenAsync(asking, call));
        Assert.Equal("done", await call);
        Assert.Single(asking.Forwarded);
    }

    // Rounds of the modern clients are requests of their own; each client gets the stable code at the end, and the grant waits for its next call.
    [Theory]
    [InlineData("ts-v1.mjs", 1)]
    [InlineData("ts-v2-legacy.mjs", 1)]
    [InlineData("ts-v2-modern.mjs", 5)]
    [InlineData(CSharp, 5)]
    public async Task CallThatIsNotAnswered_EndsWithTheCode_AndTheSecondCallUsesTheGrant(string client, int requests)
    {
        Require(client);
        await using var asking = await StartAsync(settings => With(settings, seconds: 1));
        Assert.Contains("no person has answered yet", await CallAsync(asking, client), StringComparison.Ordinal);
        Assert.Equal(requests, Calls(asking, requests));
        Assert.Empty(asking.Forwarded);
        var row = await asking.OpenAsync();
        Assert.Equal(AnswerOutcome.Decided, (await asking.AnswerAsync(row)).Outcome);
        Assert.Equal("done", await CallAsync(asking, client));
        Assert.Single(asking.Forwarded);
        Assert.Equal(["approval.asked", "approval.answered", "approval.spent"], asking.Acts());
    }

    [Theory]
    [InlineData("ts-v2-modern.mjs")]
    [InlineData(CSharp)]
    public async Task ModernClient_SendsTheCallAgainByItself_AndTheGrantOfALaterRoundCounts(string client)
    {
        Require(client);
        await using var asking = await StartAsync(settings => With(settings, seconds: 2, rounds: 10));
        var call = CallAsync(asking, client);
        var row = await OpenAsync(asking, call);
        Assert.True(Calls(asking, 1) >= 1); // the first hold is over
        await asking.AnswerAsync(row);
        Assert.Equal("done", await call);
        Assert.Single(asking.Forwarded);
        Assert.Equal(["approval.asked", "approval.answered", "approval.spent"], asking.Acts());
    }

    // These clients look at everything that a server offers before they call.
    private static async Task<AskingGateway> StartAsync(Func<GatewaySettings, GatewaySettings> change)
    {
        var asking = await AskingGateway.StartAsync(change: change);
        asking.Gateway.Upstream
            .OnResult("prompts/list", """{"resultType":"complete","prompts":[],"ttlMs":0,"cacheScope":"private"}""")
            .OnResult("resources/list", """{"resultType":"complete","resources":[],"ttlMs":0,"cacheScope":"private"}""");
        return asking;
    }

    private static GatewaySettings With(GatewaySettings settings, int seconds, int rounds = 4) =>
        settings with { Approvals = settings.Approvals with { Hold = TimeSpan.FromSeconds(seconds), Rounds = rounds } };

    private static void Require(string client)
    {
        if (client != CSharp) Gatehouse.Tests.Processes.Peers.Require();
    }

    private static async Task<ApprovalRow> OpenAsync(AskingGateway asking, Task<string> call)
    {
        IReadOnlyList<ApprovalRow> open = [];
        await Eventually.TrueAsync(
            async () =>
            {
                open = await asking.InStateAsync(ApprovalState.Open);
                return open.Count > 0 || call.IsCompleted;
            },
            "the question is open");
        Assert.False(call.IsCompleted, call.IsCompleted ? await call : "");
        return Assert.Single(open);
    }

    // The requests of the call that ended, as soon as there are so many.
    private static int Calls(AskingGateway asking, int least)
    {
        var count = 0;
        SpinWait.SpinUntil(
            () =>
            {
                count = asking.Gateway.Entries().Count(static entry => entry.GetProperty("kind").GetString() == "ended"
                    && entry.TryGetProperty("method", out var method) && method.GetString() == "tools/call");
                return count >= least;
            },
            TimeSpan.FromMinutes(2));
        return count;
    }

    // The text of the result, or the message of the error.
    private static Task<string> CallAsync(AskingGateway asking, string client) =>
        client == CSharp ? CSharpAsync(asking) : TypeScriptAsync(asking, client);

    private static async Task<string> TypeScriptAsync(AskingGateway asking, string client)
    {
        var (_, output, errors) = await OneShot.RunAsync(
            Gatehouse.Tests.Processes.Peers.Script(
                $"clients/{client}", "--url", asking.Gateway.Url.ToString(), "--tool", "echo", "--args", "{\"amount\":10}", "--timeout", "50000")
                .With("MCP_TOKEN", asking.Gateway.Token()));
        Assert.True(output.StartsWith('{'), output + errors);
        using var line = JsonDocument.Parse(output);
        if (!line.RootElement.TryGetProperty("call", out var call)) return output;
        return call.TryGetProperty("error", out var error)
            ? error.GetProperty("message").GetString()! : call.GetProperty("content")[0].GetProperty("text").GetString()!;
    }

    private static async Task<string> CSharpAsync(AskingGateway asking)
    {
        var transport = new HttpClientTransport(new HttpClientTransportOptions
        {
            Endpoint = asking.Gateway.Url,
            TransportMode = HttpTransportMode.StreamableHttp,
            AdditionalHeaders = new Dictionary<string, string> { ["Authorization"] = "Bearer " + asking.Gateway.Token() },
        });
        await using var client = await McpClient.CreateAsync(transport);
        try
        {
            var result = await client.CallToolAsync("echo", new Dictionary<string, object?> { ["amount"] = 10 });
            return Assert.IsType<ModelContextProtocol.Protocol.TextContentBlock>(result.Content[0]).Text;
        }
        catch (McpException fault)
        {
            return fault.Message;
        }
    }
}
