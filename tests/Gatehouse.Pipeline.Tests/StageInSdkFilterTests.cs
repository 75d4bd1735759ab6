using System.IO.Pipelines;
using System.Text.Json;
using Gatehouse.Pipeline.Authorize;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Policy.Decisions;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Validation;
using Gatehouse.Refusals;
using Gatehouse.Settings;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Gatehouse.Pipeline.Tests;

/// <summary>
/// The same stage that the gateway runs, inside a message filter of the official C# SDK: no HTTP, no buffers. What an
/// author of a server will use is this very class.
/// </summary>
public sealed class StageInSdkFilterTests
{
    [Fact]
    public async Task AuthorizeStage_RunsInsideAMessageFilter()
    {
        var policy = new PolicyDecisionPoint([new PolicyRule { Id = "echo-only", Tools = new NameSet(["echo"]) }]);
        Pipe up = new(), down = new();
        var options = new McpServerOptions
        {
            ServerInfo = new() { Name = "guarded", Version = "1" },
            ToolCollection = [Tool("echo"), Tool("secret")],
        };
        options.Filters.Message.IncomingFilters.Add(next => async (context, cancellation) =>
        {
            var refusal = await JudgeAsync(policy, context.JsonRpcMessage, cancellation);
            if (refusal is not null) throw new McpProtocolException(refusal.Reason.Message, (McpErrorCode)refusal.Reason.JsonRpcCode);
            await next(context, cancellation);
        });
        await using var server = McpServer.Create(new StreamServerTransport(up.Reader.AsStream(), down.Writer.AsStream()), options);
        using var stop = new CancellationTokenSource();
        var running = server.RunAsync(stop.Token);
        await using (var client = await McpClient.CreateAsync(new StreamClientTransport(up.Writer.AsStream(), down.Reader.AsStream())))
        {
            var answer = await client.CallToolAsync("echo", new Dictionary<string, object?>());
            Assert.Equal("echo ran", Assert.IsType<TextContentBlock>(answer.Content[0]).Text);
            await Assert.ThrowsAnyAsync<McpException>(async () => await client.CallToolAsync("secret", new Dictionary<string, object?>()));
        }

        await stop.CancelAsync();
        await running.ContinueWith(_ => { }, TaskScheduler.Default);
    }

    private static McpServerTool Tool(string name) => McpServerTool.Create(() => name + " ran", new() { Name = name });

    private static async ValueTask<Refusal?> JudgeAsync(PolicyDecisionPoint policy, JsonRpcMessage message, CancellationToken cancellation)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(message, McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(JsonRpcMessage)));
        Assert.True(MessageValidator.TryValidate(bytes, MessageLimits.Default, out var validated, out _));
        ProtocolMethods.TryGet(validated.Method, out var method);
        var server = new ServerSettings { Name = "guarded", Path = "/" };
        var settings = new GatewaySettings
        {
            PublicUrl = new Uri("http://127.0.0.1"),
            Listen = new ListenSettings(),
            Servers = [server],
            StateDirectory = "unused",
        };
        var exchange = new Exchange(new GatewaySnapshot(1, settings, policy), NoRequestHead.Instance, null, TimeProvider.System)
        {
            Server = server,
            Message = validated,
            Method = method,
            Revision = ProtocolRevision.V20260728,
            Caller = Callers.Named("alice"),
        };
        return (await new AuthorizeStage(new SdkCatalogue("echo", "secret")).RunAsync(exchange, cancellation)).Refusal;
    }
}
