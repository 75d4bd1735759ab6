namespace Gatehouse.Bench.Load;

/// <summary>Begins a session of the legacy era.</summary>
internal static class Handshake
{
    private const string Initialize =
        """{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"bench","version":"1"}}}""";

    /// <returns>The session id; null when the server has no sessions.</returns>
    public static async Task<string?> RunAsync(int port, string path, string? token)
    {
        using var connection = await HttpConnection.OpenAsync(Target.Post(port, path, token, "", Initialize)).ConfigureAwait(false);
        var (response, text) = await connection.OnceAsync().ConfigureAwait(false);
        if (response.Status != 200) throw new InvalidOperationException($"initialize was answered with {response.Status}: {text}");
        var session = HttpResponse.Header(System.Text.Encoding.ASCII.GetBytes(text), "mcp-session-id:");
        await InitializedAsync(port, path, token, session).ConfigureAwait(false);
        return session;
    }

    private static async Task InitializedAsync(int port, string path, string? token, string? session)
    {
        var headers = "MCP-Protocol-Version: 2025-11-25\r\n" + (session is null ? "" : $"Mcp-Session-Id: {session}\r\n");
        const string Body = """{"jsonrpc":"2.0","method":"notifications/initialized"}""";
        using var connection = await HttpConnection.OpenAsync(Target.Post(port, path, token, headers, Body)).ConfigureAwait(false);
        var (response, text) = await connection.OnceAsync().ConfigureAwait(false);
        if (response.Status is not (200 or 202))
            throw new InvalidOperationException($"notifications/initialized was answered with {response.Status}: {text}");
    }
}
