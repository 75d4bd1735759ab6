using System.Diagnostics;
using System.Text.Json.Nodes;
using Gatehouse.Conformance.Tests.Harness;

namespace Gatehouse.Conformance.Tests;

/// <summary>The fixture as a process that speaks on its stdin and stdout.</summary>
[Trait("Requirement", "ST-04")]
public sealed class FixtureStdioTests
{
    private const string Modern = """
        "_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}
        """;

    [Fact]
    public async Task Answers_in_the_modern_era_and_ends_with_stdin()
    {
        using var process = Start();
        await process.StandardInput.WriteLineAsync($$"""
            {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"env",{{Modern}} } }
            """);
        var answer = JsonNode.Parse((await process.StandardOutput.ReadLineAsync())!)!;
        Assert.Contains("\"PATH\"", RawClient.TextOf(answer));
        await AssertEndsAsync(process);
    }

    [Fact]
    public async Task Answers_in_the_legacy_era_and_ends_with_stdin()
    {
        using var process = Start();
        await process.StandardInput.WriteLineAsync("""
            {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}
            """);
        var answer = JsonNode.Parse((await process.StandardOutput.ReadLineAsync())!)!;
        Assert.Equal("gatehouse-fixture", answer["result"]!["serverInfo"]!["name"]!.GetValue<string>());
        await AssertEndsAsync(process);
    }

    [Fact]
    public async Task Subscription_does_not_keep_it_alive()
    {
        using var process = Start();
        await process.StandardInput.WriteLineAsync($$"""
            {"jsonrpc":"2.0","id":"s","method":"subscriptions/listen","params":{"notifications":{"toolsListChanged":true},{{Modern}} } }
            """);
        Assert.Contains("notifications/subscriptions/acknowledged", await process.StandardOutput.ReadLineAsync());
        await AssertEndsAsync(process);
    }

    private static Process Start() => Process.Start(new ProcessStartInfo("dotnet", [Repository.FixtureDll, "stdio"])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
    })!;

    private static async Task AssertEndsAsync(Process process)
    {
        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }

        Assert.Equal(0, process.ExitCode);
    }
}
