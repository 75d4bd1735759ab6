using System.Net;
using System.Text;
using System.Text.Json;

namespace Gatehouse.Server.Tests;

/// <summary>Sends raw messages of the modern era to an endpoint.</summary>
internal sealed class McpPost(Uri endpoint) : IDisposable
{
    private const string Meta = """
        "io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"test","version":"1"},"io.modelcontextprotocol/clientCapabilities":{}}
        """;

    private readonly HttpClient client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });

    /// <summary>The endpoint.</summary>
    public Uri Endpoint => endpoint;

    /// <summary>The token that is sent; null for none.</summary>
    public string? Token { get; set; }

    /// <summary>Calls a tool; the arguments are the text of a JSON object.</summary>
    public Task<(HttpStatusCode Status, string Body)> CallAsync(
        string tool, string arguments, Action<HttpRequestMessage>? change = null, string meta = "") =>
        SendAsync("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"" + tool + "\",\"arguments\":" + arguments + ",\"_meta\":{" + meta + Meta + "}}",
            "tools/call", tool, change);

    /// <summary>Lists the tools.</summary>
    public Task<(HttpStatusCode Status, string Body)> ListAsync() =>
        SendAsync("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\",\"params\":{\"_meta\":{" + Meta + "}}", "tools/list", null, null);

    /// <summary>Sends a body as it is.</summary>
    public async Task<(HttpStatusCode Status, string Body)> SendAsync(
        string body, string method, string? name, Action<HttpRequestMessage>? change) => await SendAsync(Encoding.UTF8.GetBytes(body), method, name, change);

    /// <inheritdoc cref="SendAsync(string, string, string?, Action{HttpRequestMessage}?)"/>
    public async Task<(HttpStatusCode Status, string Body)> SendAsync(byte[] body, string method, string? name, Action<HttpRequestMessage>? change)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = new ByteArrayContent(body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        request.Headers.TryAddWithoutValidation("Accept", "application/json, text/event-stream");
        request.Headers.Add("MCP-Protocol-Version", "2026-07-28");
        request.Headers.Add("Mcp-Method", method);
        if (name is not null) request.Headers.Add("Mcp-Name", name);
        if (Token is not null) request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + Token);
        change?.Invoke(request);
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>Returns the message of an answer, which is JSON or one event.</summary>
    public static JsonElement Message(string body)
    {
        var json = body.Split('\n').FirstOrDefault(static line => line.StartsWith("data: {", StringComparison.Ordinal)) is { } line ? line["data: ".Length..] : body;
        return JsonDocument.Parse(json).RootElement;
    }

    public void Dispose() => client.Dispose();
}
