using System.Net.Http.Headers;
using System.Text;

namespace Gatehouse.Deployment.Tests;

/// <summary>Calls of a tool of the fixture.</summary>
internal static class McpCalls
{
    private const string Call = """
        {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"text":"through"},
        "_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}
        """;

    /// <summary>Calls <c>echo</c>.</summary>
    /// <param name="client">What sends it.</param>
    /// <param name="url">The endpoint.</param>
    /// <param name="token">The bearer token; null for none.</param>
    /// <param name="host">The Host header; null for that of the URL.</param>
    public static async Task<(int Status, string Text)> EchoAsync(HttpClient client, string url, string? token, string? host = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url)
        { Content = new StringContent(Call, Encoding.UTF8, "application/json") };
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (host is not null) request.Headers.Host = host;
        request.Headers.TryAddWithoutValidation("Accept", "application/json, text/event-stream");
        request.Headers.TryAddWithoutValidation("MCP-Protocol-Version", "2026-07-28");
        request.Headers.TryAddWithoutValidation("Mcp-Method", "tools/call");
        request.Headers.TryAddWithoutValidation("Mcp-Name", "echo");
        using var answer = await client.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
