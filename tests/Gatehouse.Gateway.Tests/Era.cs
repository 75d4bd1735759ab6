using System.Text.Json;

namespace Gatehouse.Gateway.Tests;

/// <summary>One caller in one era: the same steps for both, so that a test need not tell them apart.</summary>
internal sealed class Era(TestGateway gateway, bool modern, string subject)
{
    private string? session;
    private string declared = "{}";
    private int lastId;

    /// <summary>Id of the last request.</summary>
    public int LastId => lastId;

    /// <summary>Begins, with what the client says that it can do.</summary>
    public async Task BeginAsync(string capabilities = "{}")
    {
        declared = capabilities;
        if (modern) return;
        var body = $"{{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{capabilities},\"clientInfo\":{{\"name\":\"t\",\"version\":\"1\"}}}}}}";
        var (_, _, response) = await gateway.CallAsync(gateway.Post(body, gateway.Token(subject)));
        session = response.Headers.GetValues("Mcp-Session-Id").Single();
    }

    /// <summary>Answers a question of the server (legacy).</summary>
    public HttpRequestMessage Answer(string id, string result) =>
        gateway.Post($"{{\"jsonrpc\":\"2.0\",\"id\":{id},\"result\":{result}}}", gateway.Token(subject), ("Mcp-Session-Id", session!));

    /// <summary>Sends a request; <paramref name="name"/> is what <c>Mcp-Name</c> mirrors.</summary>
    public async Task<JsonElement> AskAsync(string method, string parameters = "", string? name = null)
    {
        var (_, body, response) = await gateway.CallAsync(Request(method, parameters, name));
        if (body.ValueKind == JsonValueKind.Object) return body;
        var text = await response.Content.ReadAsStringAsync();
        var last = text.Split('\n').Last(line => line.StartsWith("data: {", StringComparison.Ordinal));
        return JsonDocument.Parse(last["data: ".Length..]).RootElement;
    }

    public HttpRequestMessage Request(string method, string parameters = "", string? name = null)
    {
        var id = Interlocked.Increment(ref lastId);
        if (!modern)
            return gateway.Post($"{{\"jsonrpc\":\"2.0\",\"id\":{id},\"method\":\"{method}\",\"params\":{{{parameters}}}}}", gateway.Token(subject),
                ("Mcp-Session-Id", session!));
        var meta = $"\"_meta\":{{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{declared}}}";
        var body = $"{{\"jsonrpc\":\"2.0\",\"id\":{id},\"method\":\"{method}\",\"params\":{{{(parameters.Length == 0 ? "" : parameters + ",")}{meta}}}}}";
        List<(string, string)> headers = [("MCP-Protocol-Version", "2026-07-28"), ("Mcp-Method", method)];
        if (name is not null) headers.Add(("Mcp-Name", name));
        return gateway.Post(body, gateway.Token(subject), [.. headers]);
    }

    /// <summary>Sends a notification in the session (legacy).</summary>
    public HttpRequestMessage Notify(string body) => gateway.Post(body, gateway.Token(subject), ("Mcp-Session-Id", session!));

    /// <summary>The session's own stream (legacy).</summary>
    public HttpRequestMessage Listen() => gateway.Get(gateway.Token(subject), ("Mcp-Session-Id", session!));
}
