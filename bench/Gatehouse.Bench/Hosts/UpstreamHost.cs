using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Bench.Hosts;

/// <summary>
/// An MCP server of both eras that does nearly nothing: it finds method, id and tool and answers from prepared bytes.
/// </summary>
internal static class UpstreamHost
{
    private const string Discovered =
        """{"resultType":"complete","supportedVersions":["2026-07-28","2025-11-25"],"capabilities":{"tools":{},"prompts":{}},"serverInfo":{"name":"bench","version":"1"},"ttlMs":60000,"cacheScope":"public"}""";

    private const string Initialized =
        """{"protocolVersion":"2025-11-25","capabilities":{"tools":{},"prompts":{}},"serverInfo":{"name":"bench","version":"1"}}""";

    private static readonly string Listed = """{"resultType":"complete","tools":[""" + string.Join(',', ((string[])["r200", "r10k", .. TextAnswers.Tools])
        .Select(static name => $$$"""{"name":"{{{name}}}","inputSchema":{"type":"object"}}""")) + """],"ttlMs":60000,"cacheScope":"public"}""";

    private const string Prompts =
        """{"resultType":"complete","prompts":[{"name":"r200"},{"name":"r10k"}],"ttlMs":60000,"cacheScope":"public"}""";

    private static readonly byte[] ShortPrompt = Encoding.UTF8.GetBytes(Prompt(120));
    private static readonly byte[] LongPrompt = Encoding.UTF8.GetBytes(Prompt(10_160));
    private static readonly byte[] Short = Encoding.UTF8.GetBytes(Result(120));
    private static readonly byte[] Long = Encoding.UTF8.GetBytes(Result(10_160));

    private static TextAnswers? texts;

    /// <summary>Answers until the process is ended.</summary>
    /// <param name="port">The port on loopback.</param>
    /// <param name="withTexts">Results of the tools for the inspection; null where nothing calls them.</param>
    public static Task RunAsync(int port, TextAnswers? withTexts = null)
    {
        texts = withTexts;
        return LeanKestrel.RunAsync(port, HandleAsync);
    }

    private static Task HandleAsync(HttpContext context) => context.Request.Method switch
    {
        _ when context.Request.Path.Value is { } path && path != "/mcp" => IssueAsync(context, path),
        "POST" => AnswerAsync(context),
        "GET" => StreamAsync(context),
        _ => Task.CompletedTask,
    };

    // An issuer that gives everyone the same token.
    private static Task IssueAsync(HttpContext context, string path)
    {
        var origin = $"{context.Request.Scheme}://{context.Request.Host}";
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(path == "/token"
            ? """{"access_token":"a-token-of-the-benchmark","token_type":"Bearer","expires_in":86400,"scope":"read"}"""
            : $$"""{"issuer":"{{origin}}","authorization_endpoint":"{{origin}}/authorize","token_endpoint":"{{origin}}/token","jwks_uri":"{{origin}}/jwks","response_types_supported":["code"],"grant_types_supported":["client_credentials"],"token_endpoint_auth_methods_supported":["client_secret_basic"]}""");
    }

    private static string Result(int characters) =>
        """{"resultType":"complete","content":[{"type":"text","text":"__"}],"isError":false}""".Replace("__", new string('t', characters),
            StringComparison.Ordinal);

    private static string Prompt(int characters) =>
        """{"resultType":"complete","messages":[{"role":"user","content":{"type":"text","text":"__"}}]}""".Replace("__", new string('t', characters),
            StringComparison.Ordinal);

    private static async Task AnswerAsync(HttpContext context)
    {
        var body = await BodyReader.ReadAsync(context).ConfigureAwait(false);
        var (method, name, id) = Read(body);
        if (id.Length == 0)
        {
            context.Response.StatusCode = StatusCodes.Status202Accepted;
            return;
        }

        if (method == "initialize") context.Response.Headers["Mcp-Session-Id"] = "bench-" + context.TraceIdentifier;
        var reply = Frame(body.AsSpan(id.Start, id.Length), ResultOf(method, name));
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = reply.Length;
        await context.Response.Body.WriteAsync(reply).ConfigureAwait(false);
    }

    private static async Task StreamAsync(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        await context.Response.Body.FlushAsync().ConfigureAwait(false);
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The stream is idle until the reader leaves.
        }
    }

    private static byte[] ResultOf(string? method, string? name) => method switch
    {
        "tools/call" when texts is not null && name is not (null or "r200" or "r10k") => texts.ResultOf(name),
        "tools/call" => name == "r10k" ? Long : Short,
        "prompts/get" => name == "r10k" ? LongPrompt : ShortPrompt,
        "prompts/list" => Encoding.UTF8.GetBytes(Prompts),
        "tools/list" => Encoding.UTF8.GetBytes(Listed),
        "server/discover" => Encoding.UTF8.GetBytes(Discovered),
        "initialize" => Encoding.UTF8.GetBytes(Initialized),
        _ => "{}"u8.ToArray(),
    };

    private static byte[] Frame(ReadOnlySpan<byte> id, byte[] result) =>
        [.. "{\"jsonrpc\":\"2.0\",\"id\":"u8, .. id, .. ",\"result\":"u8, .. result, (byte)'}'];

    private static (string? Method, string? Name, (int Start, int Length) Id) Read(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        string? method = null, name = null;
        (int, int) id = default;
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName) continue;
            var isTop = reader.CurrentDepth == 1;
            var isId = isTop && reader.ValueTextEquals("id"u8);
            var isMethod = isTop && reader.ValueTextEquals("method"u8);
            var isName = reader.CurrentDepth == 2 && reader.ValueTextEquals("name"u8);
            reader.Read();
            if (isId) id = ((int)reader.TokenStartIndex, (int)(reader.BytesConsumed - reader.TokenStartIndex));
            if (isMethod) method = reader.GetString();
            if (isName && reader.TokenType == JsonTokenType.String) name = reader.GetString();
        }

        return (method, name, id);
    }
}
