using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Gatehouse.Testing;

/// <summary>
/// An MCP server by Streamable HTTP on loopback that records every request and answers by script. It speaks both eras
/// well enough for tests of the gateway; tests that need a real server start one.
/// </summary>
public sealed class RecordingUpstream : IAsyncDisposable
{
    private readonly WebApplication web;
    private readonly ConcurrentQueue<ReceivedRequest> received = new();
    private readonly ConcurrentDictionary<string, Func<HttpContext, JsonElement, Task>> scripts = new(StringComparer.Ordinal);

    private RecordingUpstream(WebApplication web) => this.web = web;

    /// <summary>The endpoint.</summary>
    public Uri Url => new(web.Urls.First() + "/mcp");

    /// <summary>What arrived, in order.</summary>
    public IReadOnlyList<ReceivedRequest> Received => [.. received];

    /// <summary>Forgets what arrived, for tests that measure what is held.</summary>
    public void Forget() => received.Clear();

    /// <summary>
    /// A method, named by the header <c>Mcp-Method</c>, whose requests the server does not read until their connection ends; null for none.
    /// </summary>
    public string? Unread { get; set; }

    /// <summary>Sees each recorded request before its script; true if it has answered it.</summary>
    public Func<HttpContext, JsonElement, Task<bool>> Before { get; set; } = static (_, _) => Task.FromResult(false);

    /// <summary>Requests with the JSON-RPC method.</summary>
    public IReadOnlyList<ReceivedRequest> Of(string method) =>
        [.. received.Where(r => r.Text.Contains($"\"{method}\"", StringComparison.Ordinal))];

    /// <summary>Answers a JSON-RPC method, or with <c>GET</c> and <c>DELETE</c> an HTTP method, by script.</summary>
    public RecordingUpstream On(string method, Func<HttpContext, JsonElement, Task> answer)
    {
        scripts[method] = answer;
        return this;
    }

    /// <summary>Answers a JSON-RPC method with a result.</summary>
    public RecordingUpstream OnResult(string method, string resultJson) =>
        On(method, (context, message) =>
            Json(context, $"{{\"jsonrpc\":\"2.0\",\"id\":{message.GetProperty("id").GetRawText()},\"result\":{resultJson}}}"));

    /// <summary>From now on it begins no sessions, as servers do that keep nothing between requests.</summary>
    public RecordingUpstream WithoutSessions() => On("initialize", AnswerInitialize);

    /// <summary>Starts the server.</summary>
    /// <param name="port">Where it listens; 0 for any free port.</param>
    /// <param name="prepare">Says what it answers before anybody can ask.</param>
    public static async Task<RecordingUpstream> StartAsync(int port = 0, Action<RecordingUpstream>? prepare = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, port, l => l.Protocols = HttpProtocols.Http1));
        var upstream = new RecordingUpstream(builder.Build());
        upstream.AddDefaults();
        prepare?.Invoke(upstream);
        upstream.web.Run(upstream.HandleAsync);
        await upstream.web.StartAsync().ConfigureAwait(false);
        return upstream;
    }

    /// <summary>Writes one JSON message as the whole answer.</summary>
    public static Task Json(HttpContext context, string json, int status = 200)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json);
    }

    /// <summary>Begins an event stream and writes the frames as they are.</summary>
    public static async Task Events(HttpContext context, params string[] frames)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(frames);
        if (!context.Response.HasStarted) context.Response.ContentType = "text/event-stream";
        foreach (var frame in frames)
        {
            await context.Response.WriteAsync(frame).ConfigureAwait(false);
            await context.Response.Body.FlushAsync().ConfigureAwait(false);
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => web.DisposeAsync();

    private static Task AnswerInitialize(HttpContext context, JsonElement message) =>
        Json(context, $"{{\"jsonrpc\":\"2.0\",\"id\":{message.GetProperty("id").GetRawText()},\"result\":{{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{{\"logging\":{{}},\"tools\":{{\"listChanged\":true}},\"prompts\":{{\"listChanged\":true}},\"resources\":{{\"listChanged\":true,\"subscribe\":true}}}},\"serverInfo\":{{\"name\":\"recording\",\"version\":\"1\"}}}}}}");

    private void AddDefaults()
    {
        On("initialize", (context, message) =>
        {
            context.Response.Headers["Mcp-Session-Id"] = "upstream-session-" + received.Count;
            return AnswerInitialize(context, message);
        });
        OnResult("server/discover",
            """{"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{"logging":{},"tools":{"listChanged":true},"prompts":{"listChanged":true},"resources":{"listChanged":true,"subscribe":true}},"serverInfo":{"name":"recording","version":"1"},"ttlMs":0,"cacheScope":"private"}""");
        OnResult("tools/list",
            """{"resultType":"complete","tools":[{"name":"echo","inputSchema":{"type":"object"}},{"name":"secret","inputSchema":{"type":"object"}}],"ttlMs":0,"cacheScope":"public"}""");
        OnResult("tools/call", """{"resultType":"complete","content":[{"type":"text","text":"done"}]}""");
        OnResult("ping", "{}");
        On("GET", (context, _) => { context.Response.StatusCode = 405; return Task.CompletedTask; });
        On("DELETE", (context, _) => { context.Response.StatusCode = 200; return Task.CompletedTask; });
    }

    private async Task HandleAsync(HttpContext context)
    {
        if (Unread is { } unread && context.Request.Headers["Mcp-Method"] == unread)
        {
            var gone = new TaskCompletionSource();
            using var registration = context.RequestAborted.Register(gone.SetResult);
            await gone.Task.ConfigureAwait(false);
            return;
        }

        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body).ConfigureAwait(false);
        if (ProbeRequests.IsProbe(body.ToArray()))
        {
            context.Response.StatusCode = 404;
            return;
        }

        received.Enqueue(new ReceivedRequest(
            context.Request.Method,
            context.Request.Path + context.Request.QueryString,
            [.. context.Request.Headers.SelectMany(h => h.Value.Select(v => KeyValuePair.Create(h.Key, v ?? "")))],
            body.ToArray()));
        var message = body.Length == 0 ? default : JsonDocument.Parse(body.ToArray()).RootElement;
        var key = message.ValueKind == JsonValueKind.Object && message.TryGetProperty("method", out var method) ? method.GetString()!
            : context.Request.Method;
        if (await Before(context, message).ConfigureAwait(false)) return;
        if (scripts.TryGetValue(key, out var script)) await script(context, message).ConfigureAwait(false);
        else if (message.ValueKind == JsonValueKind.Object && !message.TryGetProperty("id", out _)) context.Response.StatusCode = 202;
        else if (message.ValueKind == JsonValueKind.Object && !message.TryGetProperty("method", out _)) context.Response.StatusCode = 202;
        else await Json(context,
            $"{{\"jsonrpc\":\"2.0\",\"id\":{message.GetProperty("id").GetRawText()},\"error\":{{\"code\":-32601,\"message\":\"Method not found\"}}}}").ConfigureAwait(false);
    }
}
