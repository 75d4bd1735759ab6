using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Gatehouse.Conformance.Tests.Harness;

/// <summary>
/// A client that sends what it is told, one POST a message, and knows just enough of both eras to be answered. Modern
/// until <see cref="InitializeAsync"/> opens a session.
/// </summary>
internal sealed class RawClient(string url) : IDisposable
{
    private const string Modern = "2026-07-28";
    private const string Legacy = "2025-11-25";

    private readonly HttpClient http = new();
    private string? session;
    private int lastId;

    /// <summary>Headers to add to every request.</summary>
    public Dictionary<string, string> Headers { get; } = [];

    public static string TextOf(JsonNode answer) =>
        answer["result"]?["content"]?[0]?["text"]?.GetValue<string>() ?? throw new InvalidOperationException($"No text in {answer.ToJsonString()}");

    public void Dispose() => http.Dispose();

    /// <summary>Opens a session of the legacy era.</summary>
    public async Task InitializeAsync()
    {
        using var response = await SendAsync(HttpMethod.Post, Request("initialize", new()
        {
            ["protocolVersion"] = Legacy,
            ["capabilities"] = new JsonObject(),
            ["clientInfo"] = new JsonObject { ["name"] = "raw-client", ["version"] = "1" },
        }));
        response.EnsureSuccessStatusCode();
        session = response.Headers.GetValues("Mcp-Session-Id").Single();
        using var done = await SendAsync(HttpMethod.Post, new() { ["jsonrpc"] = "2.0", ["method"] = "notifications/initialized" });
        done.EnsureSuccessStatusCode();
    }

    public Task<JsonNode> CallToolAsync(string name, JsonObject? arguments = null) =>
        AskAsync("tools/call", new() { ["name"] = name, ["arguments"] = arguments ?? [] });

    public async Task<JsonNode> AskAsync(string method, JsonObject parameters)
    {
        using var response = await SendAsync(HttpMethod.Post, Request(method, parameters));
        return await AnswerAsync(response);
    }

    /// <summary>Ends the session, and returns how the server took that.</summary>
    public async Task<HttpStatusCode> DeleteAsync()
    {
        using var response = await SendAsync(HttpMethod.Delete, null);
        return response.StatusCode;
    }

    /// <summary>Sends a message as it is; headers that mirror it come from it.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpMethod method, JsonObject? message, CancellationToken cancellation = default)
    {
        var request = new HttpRequestMessage(method, url);
        request.Headers.Accept.ParseAdd("application/json, text/event-stream");
        if (session is not null) request.Headers.Add("Mcp-Session-Id", session);
        if (session is not null) request.Headers.Add("MCP-Protocol-Version", Legacy);
        else if (message is not null && message["method"]?.GetValue<string>() != "initialize") Mirror(request, message);
        foreach (var (name, value) in Headers) request.Headers.TryAddWithoutValidation(name, value);
        if (message is not null) request.Content = new StringContent(message.ToJsonString(), Encoding.UTF8, "application/json");
        return http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
    }

    /// <summary>A request with the next id; in the modern era it declares a client that can do nothing.</summary>
    public JsonObject Request(string method, JsonObject parameters)
    {
        if (session is null && method != "initialize")
        {
            parameters["_meta"] = new JsonObject
            {
                ["io.modelcontextprotocol/protocolVersion"] = Modern,
                ["io.modelcontextprotocol/clientCapabilities"] = new JsonObject(),
            };
        }

        return new() { ["jsonrpc"] = "2.0", ["id"] = ++lastId, ["method"] = method, ["params"] = parameters };
    }

    private static void Mirror(HttpRequestMessage request, JsonObject message)
    {
        request.Headers.Add("MCP-Protocol-Version", Modern);
        request.Headers.Add("Mcp-Method", message["method"]!.GetValue<string>());
        if ((message["params"]?["name"] ?? message["params"]?["uri"]) is { } name) request.Headers.Add("Mcp-Name", name.GetValue<string>());
    }

    /// <summary>The answer in a body of JSON, or the last message of a body of events.</summary>
    private static async Task<JsonNode> AnswerAsync(HttpResponseMessage response)
    {
        var body = await response.Content.ReadAsStringAsync();
        var last = body.Split('\n').Select(line => line.StartsWith("data:", StringComparison.Ordinal) ? line["data:".Length..] : line)
            .LastOrDefault(line => line.AsSpan().TrimStart().StartsWith("{"));
        return last is null ? throw new InvalidOperationException($"{(int)response.StatusCode}: {body}") : JsonNode.Parse(last)!;
    }
}
