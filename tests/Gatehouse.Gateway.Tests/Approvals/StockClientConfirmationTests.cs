using System.Text.Json;
using Gatehouse.Pipeline.Confirmations;
using Gatehouse.Tests.Processes;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace Gatehouse.Gateway.Tests.Approvals;

/// <summary>
/// Clients of other makers, as they come, show the form of a confirmation to their person and return the answer: to the request of the legacy era,
/// and to the result of the modern one, after which they send the call again by themselves.
/// </summary>
[Trait("Requirement", "AZ-04")]
public sealed class StockClientConfirmationTests
{
    private const string CSharp = "csharp";

    public static TheoryData<string> Clients => ["ts-v1.mjs", "ts-v2-legacy.mjs", "ts-v2-modern.mjs", CSharp];

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task ChosenYes_CarriesTheCallOut_AndThePersonSawTheWholeQuestion(string client)
    {
        Require(client);
        await using var asking = await StartAsync();
        var (answer, asked) = await CallAsync(asking, client, Confirming.Yes);
        Assert.Equal("done", answer);
        Assert.Single(asking.Forwarded);
        var question = Assert.Single(asked);
        Assert.StartsWith("Gatehouse asks you to confirm a call to the server \"up\".", question, StringComparison.Ordinal);
        Assert.Contains("\"amount\": 10", question, StringComparison.Ordinal);
        Assert.Equal(["confirmation.asked", "confirmation.answered", "confirmation.spent"], Confirming.Acts(asking));
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task ChosenNo_RefusesTheCall(string client)
    {
        Require(client);
        await using var asking = await StartAsync();
        var (answer, _) = await CallAsync(asking, client, Confirming.Chose(ConfirmationForm.No));
        Assert.Contains("did not give it", answer, StringComparison.Ordinal);
        Assert.Empty(asking.Forwarded);
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task ClientThatAcceptsByItself_GetsNoCallThrough(string client)
    {
        Require(client);
        await using var asking = await StartAsync();
        await CallAsync(asking, client, "{\"action\":\"accept\",\"content\":{}}");
        Assert.Empty(asking.Forwarded);
        Assert.DoesNotContain("confirmation.spent", Confirming.Acts(asking));
    }

    // These clients look at everything that a server offers before they call.
    private static async Task<AskingGateway> StartAsync()
    {
        var asking = await Confirming.StartAsync();
        asking.Gateway.Upstream
            .OnResult("prompts/list", """{"resultType":"complete","prompts":[],"ttlMs":0,"cacheScope":"private"}""")
            .OnResult("resources/list", """{"resultType":"complete","resources":[],"ttlMs":0,"cacheScope":"private"}""");
        return asking;
    }

    private static void Require(string client)
    {
        if (client != CSharp) Gatehouse.Tests.Processes.Peers.Require();
    }

    // The text of the result, or the message of the error, and the texts that the person was shown.
    private static Task<(string Answer, IReadOnlyList<string> Asked)> CallAsync(AskingGateway asking, string client, string answer) =>
        client == CSharp ? CSharpAsync(asking, answer) : TypeScriptAsync(asking, client, answer);

    private static async Task<(string Answer, IReadOnlyList<string> Asked)> TypeScriptAsync(AskingGateway asking, string client, string answer)
    {
        var (_, output, errors) = await OneShot.RunAsync(
            Gatehouse.Tests.Processes.Peers.Script(
                $"clients/{client}", "--url", asking.Gateway.Url.ToString(), "--tool", "echo", "--args", "{\"amount\":10}",
                "--timeout", "50000", "--answer", answer).With("MCP_TOKEN", asking.Gateway.Token()));
        Assert.True(output.StartsWith('{'), output + errors);
        using var line = JsonDocument.Parse(output);
        List<string> asked =
            [.. line.RootElement.GetProperty("asked").EnumerateArray().Select(static one => one.GetProperty("message").GetString()!)];
        if (!line.RootElement.TryGetProperty("call", out var call)) return (output, asked);
        return (call.TryGetProperty("error", out var error)
            ? error.GetProperty("message").GetString()! : call.GetProperty("content")[0].GetProperty("text").GetString()!, asked);
    }

    private static async Task<(string Answer, IReadOnlyList<string> Asked)> CSharpAsync(AskingGateway asking, string answer)
    {
        var (asked, result) = (new List<string>(), JsonDocument.Parse(answer).RootElement);
        var transport = new HttpClientTransport(new HttpClientTransportOptions
        {
            Endpoint = asking.Gateway.Url,
            TransportMode = HttpTransportMode.StreamableHttp,
            AdditionalHeaders = new Dictionary<string, string> { ["Authorization"] = "Bearer " + asking.Gateway.Token() },
        });
        var options = new McpClientOptions
        {
            Capabilities = new ClientCapabilities { Elicitation = new ElicitationCapability { Form = new FormElicitationCapability() } },
            Handlers = new McpClientHandlers
            {
                ElicitationHandler = (question, _) =>
                {
                    asked.Add(question!.Message);
                    return new ValueTask<ElicitResult>(result.Deserialize<ElicitResult>(McpJsonUtilities.DefaultOptions)!);
                },
            },
        };
        await using var client = await McpClient.CreateAsync(transport, options);
        try
        {
            var called = await client.CallToolAsync("echo", new Dictionary<string, object?> { ["amount"] = 10 });
            return (Assert.IsType<TextContentBlock>(called.Content[0]).Text, asked);
        }
        catch (McpException fault)
        {
            return (fault.Message, asked);
        }
    }
}
