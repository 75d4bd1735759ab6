using System.Security.Cryptography;
using System.Text.Json;
using Gatehouse.Range.Running;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Range.Servers;

/// <summary>
/// A small MCP server of both eras over Streamable HTTP. Tools: <c>echo</c> (harmless), <c>transfer</c> (leaves a trace) and
/// <c>secret</c> (tells the canary's secret). It reads whatever body it gets and judges nothing but what an exercise adds.
/// </summary>
internal sealed class CanaryServer : IAsyncDisposable
{
    private static readonly string[] Revisions = ["2026-07-28"];
    private static readonly string[] Tools = ["echo", "transfer", "secret", "weather", "look-up", "ask-first", "stream", "forge"];

    private readonly WebApplication web = Loopback.Build();
    private readonly Canary canary;

    private CanaryServer(Canary canary) => this.canary = canary;

    public Uri Url => new(web.Urls.First() + "/mcp");

    /// <summary>Refuses a request with 401; by default everybody is let in.</summary>
    public Func<HttpContext, bool> Admits { get; init; } = static _ => true;

    /// <summary>Answers in the server's place; false leaves the answer to the server.</summary>
    public Func<HttpContext, JsonElement, Task<bool>> Overrides { get; init; } = static (_, _) => Task.FromResult(false);

    public static async Task<CanaryServer> StartAsync(
        RangeFixture fixture, Func<HttpContext, bool>? admits = null, Func<HttpContext, JsonElement, Task<bool>>? overrides = null)
    {
        var server = fixture.Own(new CanaryServer(fixture.Canary)
        {
            Admits = admits ?? (static _ => true),
            Overrides = overrides ?? (static (_, _) => Task.FromResult(false)),
        });
        server.web.Run(server.HandleAsync);
        await server.web.StartAsync().ConfigureAwait(false);
        return server;
    }

    /// <summary>Writes a message as the whole answer.</summary>
    public static Task WriteAsync(HttpContext context, object message)
    {
        context.Response.ContentType = "application/json";
        return context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(message)).AsTask();
    }

    /// <summary>Writes a message as one event of a stream.</summary>
    public static async Task WriteEventAsync(HttpContext context, object message)
    {
        if (!context.Response.HasStarted) context.Response.ContentType = "text/event-stream";
        await context.Response.WriteAsync($"data: {JsonSerializer.Serialize(message)}\n\n").ConfigureAwait(false);
        await context.Response.Body.FlushAsync().ConfigureAwait(false);
    }

    /// <summary>A tool's answer.</summary>
    public static object Result(object? id, string text) =>
        new { jsonrpc = "2.0", id, result = new { resultType = "complete", content = new[] { new { type = "text", text } } } };

    public ValueTask DisposeAsync() => web.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        if (!Admits(context))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body).ConfigureAwait(false);
        var message = body.Length == 0 ? default : JsonDocument.Parse(body.ToArray()).RootElement;
        if (await Overrides(context, message).ConfigureAwait(false)) return;
        if (message.ValueKind != JsonValueKind.Object)
        {
            context.Response.StatusCode = context.Request.Method == "DELETE" ? StatusCodes.Status200OK : StatusCodes.Status405MethodNotAllowed;
            return;
        }

        if (!message.TryGetProperty("id", out var id) || !message.TryGetProperty("method", out var method))
            context.Response.StatusCode = StatusCodes.Status202Accepted;
        else await AnswerAsync(context, message, id, method.GetString()!).ConfigureAwait(false);
    }

    private Task AnswerAsync(HttpContext context, JsonElement message, JsonElement id, string method)
    {
        switch (method)
        {
            case "initialize":
                context.Response.Headers["Mcp-Session-Id"] = RandomNumberGenerator.GetHexString(32);
                return WriteAsync(context,
                    new
                    {
                        jsonrpc = "2.0",
                        id,
                        result = new
                        {
                            protocolVersion = "2025-11-25",
                            capabilities = new { tools = new { } },
                            serverInfo = new { name = "canary", version = "1" }
                        }
                    });
            case "server/discover":
                return WriteAsync(context,
                    new
                    {
                        jsonrpc = "2.0",
                        id,
                        result = new
                        {
                            resultType = "complete",
                            supportedVersions = Revisions,
                            capabilities = new { tools = new { } },
                            serverInfo = new { name = "canary", version = "1" },
                            ttlMs = 0,
                            cacheScope = "private"
                        }
                    });
            case "tools/list":
                return WriteAsync(context,
                    new
                    {
                        jsonrpc = "2.0",
                        id,
                        result = new
                        {
                            resultType = "complete",
                            tools = Tools.Select(name => new { name, inputSchema = new { type = "object" } }),
                            ttlMs = 0,
                            cacheScope = "private"
                        }
                    });
            case "tools/call":
                return WriteAsync(context, Result(id, Call(message.GetProperty("params"))));
            case "ping":
                return WriteAsync(context, new { jsonrpc = "2.0", id, result = new { } });
            default:
                return WriteAsync(context, new { jsonrpc = "2.0", id, error = new { code = -32601, message = "Method not found" } });
        }
    }

    private string Call(JsonElement parameters)
    {
        var arguments = parameters.TryGetProperty("arguments", out var given) ? given : default;
        switch (parameters.GetProperty("name").GetString())
        {
            case "echo":
                return arguments.GetProperty("text").GetString()!;
            case "transfer":
                canary.Sing("transfer " + arguments.GetProperty("amount").GetString());
                return "moved";
            case "secret":
                return canary.Secret;
            default:
                return "no such tool";
        }
    }
}
