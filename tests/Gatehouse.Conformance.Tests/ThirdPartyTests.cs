using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Gatehouse.Audit.Search;
using Gatehouse.Testing;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace Gatehouse.Conformance.Tests;

/// <summary>Stock clients and servers work through the gateway as if it were not there.</summary>
[Trait("Requirement", "ST-04")]
public sealed class ThirdPartyTests(ThirdPartyFixture fixture) : IClassFixture<ThirdPartyFixture>
{
    [Theory]
    [InlineData("ts-v1.mjs", "/everything", "echo", "{\"message\":\"hi\"}", "2025-11-25")]
    [InlineData("ts-v1.mjs", "/everything-stdio", "echo", "{\"message\":\"hi\"}", "2025-11-25")]
    [InlineData("ts-v2-legacy.mjs", "/everything", "echo", "{\"message\":\"hi\"}", "2025-11-25")]
    [InlineData("ts-v2-legacy.mjs", "/memory", "read_graph", "{}", "2025-11-25")]
    [InlineData("ts-v2-legacy.mjs", "/context7-stdio", "", "{}", "2025-11-25")]
    [InlineData("ts-v2-modern.mjs", "/context7", "", "{}", "2026-07-28")]
    [InlineData("ts-v2-modern.mjs", "/context7-stdio", "", "{}", "2026-07-28")]
    [Trait("Requirement", "ID-04")]
    public async Task TypeScriptClients_ListAndCall(string client, string path, string tool, string arguments, string revision)
    {
        Peers.Require();
        var line = await ClientAsync(client, path, tool, arguments);
        Assert.True(line.GetProperty("ok").GetBoolean(), line.GetRawText());
        Assert.Equal(revision, line.GetProperty("protocolVersion").GetString());
        Assert.NotEmpty(line.GetProperty("tools").EnumerateArray());
    }

    [Theory]
    [InlineData("/everything")]
    [InlineData("/everything-stdio")]
    [InlineData("/memory")]
    [Trait("Requirement", "G19")]
    public async Task ModernClients_FallBackForLegacyServers(string path)
    {
        Peers.Require();
        var line = await ClientAsync("ts-v2-modern.mjs", path, "", "{}");
        Assert.True(line.GetProperty("ok").GetBoolean(), line.GetRawText());
        Assert.Equal("2025-11-25", line.GetProperty("protocolVersion").GetString());

        await using var client = await CSharpAsync(path);
        Assert.Equal("2025-11-25", client.NegotiatedProtocolVersion);
        Assert.NotEmpty(await client.ListToolsAsync());
    }

    [Theory]
    [InlineData("/context7")]
    [InlineData("/context7-stdio")]
    [Trait("Requirement", "G19")]
    public async Task CSharpClient_SpeaksTheModernEraWithModernServers(string path)
    {
        Peers.Require();
        await using var client = await CSharpAsync(path);
        Assert.Equal("2026-07-28", client.NegotiatedProtocolVersion);
        Assert.Equal(2, (await client.ListToolsAsync()).Count);
    }

    [Fact]
    public async Task Filesystem_ReadsAFileThroughTheGateway()
    {
        Peers.Require();
        await using var client = await CSharpAsync("/filesystem");
        Assert.Equal(14, (await client.ListToolsAsync()).Count);
        var answer = await client.CallToolAsync("read_text_file",
            new Dictionary<string, object?> { ["path"] = Path.Combine(fixture.Files, "hello.txt") });
        Assert.Equal("hello from a file", Assert.IsType<TextContentBlock>(answer.Content[0]).Text);
    }

    [Fact]
    public async Task TwoUsersSessions_AreTwoProcesses()
    {
        Peers.Require();
        // The gateway's own process, in which it looks at the server, is there when somebody has listed.
        await using (var first = await CSharpAsync("/memory", "svc")) Assert.NotEmpty(await first.ListToolsAsync());
        var before = ServerProcesses();
        await using var one = await CSharpAsync("/memory", "svc");
        Assert.NotEmpty(await one.ListToolsAsync());
        var ofOne = Assert.Single(ServerProcesses().Except(before));
        await using var two = await CSharpAsync("/memory", "other");
        Assert.NotEmpty(await two.ListToolsAsync());
        var ofTwo = Assert.Single(ServerProcesses().Except(before).Except([ofOne]));

        // Each call is answered by the process of its own session: the other one is stopped and cannot answer.
        await WhileStoppedAsync(ofOne, async () => Assert.NotEmpty(await two.ListToolsAsync()));
        await WhileStoppedAsync(ofTwo, async () => Assert.NotEmpty(await one.ListToolsAsync()));
        Assert.NotEqual(one.SessionId, two.SessionId);
        await Eventually.TrueAsync(Subjects, "the log names both identities");
    }

    [Fact]
    [Trait("Requirement", "ST-01")]
    public async Task AnotherIdentitysSession_IsUnknownOnEveryVerb()
    {
        Peers.Require();
        await using var one = await CSharpAsync("/memory", "svc");
        using var http = new HttpMessageInvoker(new SocketsHttpHandler());
        foreach (var verb in new[] { HttpMethod.Post, HttpMethod.Get, HttpMethod.Delete })
        {
            using var request = new HttpRequestMessage(verb, fixture.Gateway.Resource("/memory"));
            if (verb == HttpMethod.Post) request.Content =
                new StringContent("""{"jsonrpc":"2.0","id":1,"method":"tools/list"}""", System.Text.Encoding.UTF8, "application/json");
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + await fixture.TokenAsync("/memory", "other"));
            request.Headers.TryAddWithoutValidation("Accept", verb == HttpMethod.Get ? "text/event-stream" : "application/json, text/event-stream");
            request.Headers.TryAddWithoutValidation("Mcp-Session-Id", one.SessionId);
            using var answer = await http.SendAsync(request, CancellationToken.None);
            Assert.Equal(System.Net.HttpStatusCode.NotFound, answer.StatusCode);
        }

        Assert.NotEmpty(await one.ListToolsAsync());
    }

    [Fact]
    [Trait("Requirement", "ID-04")]
    public async Task Client_SignsInWithNothingButTheUrl()
    {
        Peers.Require();
        var (code, output, errors) =
            await OneShot.RunAsync(
                Peers.Script("clients/ts-v1-oauth.mjs", "--url", fixture.Gateway.Resource("/scoped"), "--tool", "echo", "--args",
                    "{\"message\":\"hi\"}"));
        Assert.True(code == 0, output + errors);
        using var line = JsonDocument.Parse(output);
        Assert.Equal(fixture.Issuer, line.RootElement.GetProperty("oauth").GetProperty("authorizationServer").GetString()!.TrimEnd('/'));
    }

    [Fact]
    [Trait("Requirement", "ID-04")]
    public async Task TokenWithoutTheScope_GetsTheStepUpChallenge()
    {
        Peers.Require();
        using var http = new HttpMessageInvoker(new SocketsHttpHandler());
        using var request =
            new HttpRequestMessage(HttpMethod.Post, fixture.Gateway.Resource("/scoped"))
            {
                Content = new StringContent(
                    """{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}""", System.Text.Encoding.UTF8, "application/json")
            };
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + await fixture.TokenAsync("/scoped"));
        request.Headers.TryAddWithoutValidation("Accept", "application/json, text/event-stream");
        using var answer = await http.SendAsync(request, CancellationToken.None);
        Assert.Equal(System.Net.HttpStatusCode.Forbidden, answer.StatusCode);
        var challenge = answer.Headers.WwwAuthenticate.Single().ToString();
        Assert.Contains("error=\"insufficient_scope\"", challenge, StringComparison.Ordinal);
        Assert.Contains("scope=\"mcp:tools\"", challenge, StringComparison.Ordinal);
        Assert.Contains("/.well-known/oauth-protected-resource/scoped\"", challenge, StringComparison.Ordinal);
    }

    [Fact]
    public async Task InspectorsCommandLine_ListsTools()
    {
        Peers.Require();
        var token = await fixture.TokenAsync("/everything");
        var (code, output, errors) = await OneShot.RunAsync(Peers.Script(
            "node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js", "--cli", fixture.Gateway.Resource("/everything"),
            "--transport", "http", "--method", "tools/list", "--header", $"Authorization: Bearer {token}"));
        Assert.True(code == 0, output + errors);
        Assert.Contains("\"echo\"", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task McpRemote_BridgesAStdioClient()
    {
        Peers.Require();
        var token = await fixture.TokenAsync("/everything");
        var transport = new StdioClientTransport(new StdioClientTransportOptions
        {
            Command = Repository.Node,
            Arguments = [Repository.Peer("node_modules/mcp-remote/dist/proxy.js"), fixture.Gateway.Resource("/everything"), "--allow-http",
                "--transport",
                "http-only", "--header", $"Authorization:Bearer {token}"],
        });
        await using var client = await McpClient.CreateAsync(transport, new McpClientOptions { ProtocolVersion = "2025-11-25" });
        var answer = await client.CallToolAsync("echo", new Dictionary<string, object?> { ["message"] = "bridged" });
        Assert.Contains("bridged", Assert.IsType<TextContentBlock>(answer.Content[0]).Text, StringComparison.Ordinal);
    }

    private async Task<JsonElement> ClientAsync(string client, string path, string tool, string arguments)
    {
        string[] call = tool.Length == 0 ? [] : ["--tool", tool, "--args", arguments];
        var plan = Peers.Script("clients/" + client, ["--url", fixture.Gateway.Resource(path), .. call])
            .With("MCP_TOKEN", await fixture.TokenAsync(path));
        var (_, output, errors) = await OneShot.RunAsync(plan);
        Assert.True(output.StartsWith('{'), output + errors);
        return JsonDocument.Parse(output).RootElement;
    }

    // Processes of the memory server that the gateway started, by their parents in /proc.
    private List<int> ServerProcesses() =>
    [
        .. from folder in Directory.GetDirectories("/proc")
           let id = int.TryParse(Path.GetFileName(folder), out var number) ? number : 0
           where id > 0 && IsServer(folder)
           select id,
    ];

    private bool IsServer(string folder)
    {
        try
        {
            var stat = File.ReadAllText(Path.Join(folder, "stat"));
            var parent = int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
            return parent == fixture.Gateway.Id && File.ReadAllText(Path.Join(folder, "cmdline")).Contains("server-memory", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false; // it ended while it was looked at
        }
    }

    private static async Task WhileStoppedAsync(int process, Func<Task> act)
    {
        Signal("STOP", process);
        try
        {
            await act();
        }
        finally
        {
            Signal("CONT", process);
        }
    }

    private static void Signal(string name, int process)
    {
        using var kill = Process.Start("/bin/sh", ["-c", $"kill -{name} {process.ToString(CultureInfo.InvariantCulture)}"]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }

    private bool Subjects()
    {
        var subjects = OpenedLog.Read(fixture.Gateway.AuditFolder, TimeProvider.System)
            .Where(entry => entry.TryGetProperty("method", out var method) && method.GetString() == "tools/list"
            && entry.GetProperty("server").GetString() == "memory")
            .Select(entry => entry.GetProperty("sub").GetString()).ToHashSet();
        return subjects.IsSupersetOf(["svc", "other"]);
    }

    private async Task<McpClient> CSharpAsync(string path, string client = "svc")
    {
        var token = await fixture.TokenAsync(path, client);
        var options = new HttpClientTransportOptions
        {
            Endpoint = new Uri(fixture.Gateway.Resource(path)),
            TransportMode = HttpTransportMode.StreamableHttp,
            AdditionalHeaders = new Dictionary<string, string> { ["Authorization"] = "Bearer " + token },
        };
        return await McpClient.CreateAsync(new HttpClientTransport(options));
    }
}
