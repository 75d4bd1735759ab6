using Gatehouse.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Client;
using ModelContextProtocol.Server;

namespace Gatehouse.Gateway.Tests;

/// <summary>The client and the server of the official C# SDK, with the gateway between them, in both eras.</summary>
[Trait("Requirement", "ST-01")]
public sealed class StockPeersTests
{
    [Theory]
    [InlineData("2026-07-28", true)]
    [InlineData("2025-11-25", false)]
    public async Task Tool_IsListedAndCalled(string version, bool stateless)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddMcpServer().WithHttpTransport(options => options.Stateless = stateless)
            .WithTools([McpServerTool.Create(static (string text) => $"said: {text}", new() { Name = "say" })]);
        await using var server = builder.Build();
        server.MapMcp("/mcp");
        await server.StartAsync(TestContext.Current.CancellationToken);
        var http = new HttpUpstreamSettings { Url = new Uri(server.Urls.Single() + "/mcp"), ConnectTimeout = TimeSpan.FromMinutes(1) };
        await using var gateway = await TestGateway.StartAsync(settings => settings with { Servers = [settings.Servers[0] with { Http = http }] });

        var transport = new HttpClientTransport(new HttpClientTransportOptions
        {
            Endpoint = gateway.Url,
            TransportMode = HttpTransportMode.StreamableHttp,
            AdditionalHeaders = new Dictionary<string, string> { ["Authorization"] = "Bearer " + gateway.Token() },
        });
        var options = new McpClientOptions { ProtocolVersion = version };
        await using var client = await McpClient.CreateAsync(transport, options, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(version, client.NegotiatedProtocolVersion);
        var tools = await client.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal("say", Assert.Single(tools).Name);
        var result = await client.CallToolAsync(
            "say", new Dictionary<string, object?> { ["text"] = "hello" }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal("said: hello", Assert.IsType<ModelContextProtocol.Protocol.TextContentBlock>(Assert.Single(result.Content)).Text);
    }
}
