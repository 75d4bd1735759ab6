using System.Globalization;
using System.Text;

namespace Gatehouse.Bench.Load;

/// <summary>One prepared tools/call: the bytes of a whole HTTP request in which only the id changes.</summary>
internal sealed class Target
{
    /// <summary>The first id; all have the same number of digits, so that the length of the request stays.</summary>
    public const long FirstId = 1_000_000_000;

    private static long lastId = FirstId;

    private Target(int port, byte[] request)
    {
        Port = port;
        Request = request;
        IdOffset = request.AsSpan().IndexOf(Encoding.ASCII.GetBytes("\"id\":" + FirstId.ToString(CultureInfo.InvariantCulture))) + "\"id\":".Length;
    }

    public int Port { get; }

    public byte[] Request { get; }

    public int IdOffset { get; }

    public static long NextId() => Interlocked.Increment(ref lastId);

    /// <summary>A call of 2026-07-28 with all its mirrored headers.</summary>
    /// <param name="port">Port of the server.</param>
    /// <param name="path">Path of the endpoint.</param>
    /// <param name="tool">The tool, or the prompt of another method.</param>
    /// <param name="token">Access token, or null.</param>
    /// <param name="method">tools/call, which acts, or prompts/get, which reads.</param>
    public static Target Modern(int port, string path, string tool, string? token, string method = "tools/call") => Create(
        port, path, token,
        $"MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: {method}\r\nMcp-Name: {tool}\r\n",
        $$$$$"""{"jsonrpc":"2.0","id":{{{{{FirstId}}}}},"method":"{{{{{method}}}}}","params":{"name":"{{{{{tool}}}}}","arguments":{"text":"hello, world"},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{},"io.modelcontextprotocol/clientInfo":{"name":"bench","version":"1"}}}}""");

    /// <summary>A call of 2025-11-25 within a session.</summary>
    public static Target Legacy(int port, string path, string tool, string? token, string? session) => Create(
        port, path, token,
        "MCP-Protocol-Version: 2025-11-25\r\n" + (session is null ? "" : $"Mcp-Session-Id: {session}\r\n"),
        $$$$$"""{"jsonrpc":"2.0","id":{{{{{FirstId}}}}},"method":"tools/call","params":{"name":"{{{{{tool}}}}}","arguments":{"text":"hello, world"}}}""");

    /// <summary>A post of any message.</summary>
    public static Target Post(int port, string path, string? token, string headers, string body) => Create(port, path, token, headers, body);

    /// <summary>A request without a body.</summary>
    public static Target Get(int port, string path, string? token, string headers) => new(port, Encoding.ASCII.GetBytes(
        $"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{Bearer(token)}{headers}\r\n"));

    private static Target Create(int port, string path, string? token, string headers, string body) => new(port, Encoding.ASCII.GetBytes(
        $"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{Bearer(token)}Accept: application/json, text/event-stream\r\n"
        + $"Content-Type: application/json\r\n{headers}Content-Length: {body.Length}\r\n\r\n{body}"));

    private static string Bearer(string? token) => token is null ? "" : $"Authorization: Bearer {token}\r\n";
}
