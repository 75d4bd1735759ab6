using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Gatehouse.Range.Running;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Range.Servers;

/// <summary>
/// A naive bridge from HTTP to one stdio process for all callers. Each request gets an id of its own, so that its answer finds its caller. The newest
/// waiting caller is shown a question, and any caller may answer it.
/// </summary>
internal sealed class SharedBridge : IAsyncDisposable
{
    private readonly WebApplication web = Loopback.Build();
    private readonly Process process;
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly ConcurrentDictionary<long, Waiting> waiting = new();
    private readonly Task reading;
    private long lastKey;

    private SharedBridge(IReadOnlyList<string> command)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardInput = true, RedirectStandardOutput = true };
        process = Process.Start(start) ?? throw new InvalidOperationException($"{command[0]} did not start");
        reading = ReadAsync();
    }

    /// <summary>Starts the process and the bridge in front of it.</summary>
    public static async Task<Uri> StartAsync(RangeFixture fixture, params string[] command)
    {
        var bridge = fixture.Own(new SharedBridge(command));
        bridge.web.Run(bridge.HandleAsync);
        await bridge.web.StartAsync().ConfigureAwait(false);
        return new Uri(bridge.web.Urls.First() + "/mcp");
    }

    public async ValueTask DisposeAsync()
    {
        await web.DisposeAsync().ConfigureAwait(false);
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        await reading.ConfigureAwait(false);
        process.Dispose();
        turn.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        var session = context.Request.Headers["Mcp-Session-Id"].ToString();
        if (context.Request.Method == "DELETE")
        {
            End(session);
            return;
        }

        using var body = new StreamReader(context.Request.Body);
        if (JsonNode.Parse(await body.ReadToEndAsync().ConfigureAwait(false)) is not JsonObject message) return;
        if (message["method"] is not { } method || message["id"] is not { } id)
        {
            context.Response.StatusCode = StatusCodes.Status202Accepted;
            if (message["params"] is JsonObject { } named && named["requestId"] is { } cancelled) named["requestId"] = KeyOf(cancelled, session);
            await WriteAsync(message).ConfigureAwait(false);
            return;
        }

        if (method.GetValue<string>() == "initialize") context.Response.Headers["Mcp-Session-Id"] = RandomNumberGenerator.GetHexString(32);
        var request = new Waiting(id.DeepClone(), session, Channel.CreateUnbounded<string>());
        var key = Interlocked.Increment(ref lastKey);
        waiting[key] = request;
        message["id"] = key;
        try
        {
            await WriteAsync(message).ConfigureAwait(false);
            context.Response.ContentType = "text/event-stream";
            await foreach (var line in request.Lines.Reader.ReadAllAsync(context.RequestAborted).ConfigureAwait(false))
            {
                await context.Response.WriteAsync($"data: {line}\n\n", context.RequestAborted).ConfigureAwait(false);
                await context.Response.Body.FlushAsync(context.RequestAborted).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The caller has left.
        }
        finally
        {
            waiting.TryRemove(key, out _);
        }
    }

    private long KeyOf(JsonNode id, string session) =>
        waiting.FirstOrDefault(pair => pair.Value.Session == session && JsonNode.DeepEquals(pair.Value.Id, id)).Key;

    // The calls of the session end, and the process continues with them.
    private void End(string session)
    {
        foreach (var (key, request) in waiting.Where(pair => pair.Value.Session == session))
        {
            waiting.TryRemove(key, out _);
            request.Lines.Writer.TryComplete();
        }
    }

    private async Task WriteAsync(JsonObject message)
    {
        await turn.WaitAsync().ConfigureAwait(false);
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(Encoding.UTF8.GetBytes(message.ToJsonString() + "\n")).ConfigureAwait(false);
            await process.StandardInput.BaseStream.FlushAsync().ConfigureAwait(false);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task ReadAsync()
    {
        while (await process.StandardOutput.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            var message = JsonNode.Parse(line)!.AsObject();
            if (message["method"] is not null)
            {
                if (!waiting.IsEmpty) waiting.MaxBy(static pair => pair.Key).Value.Lines.Writer.TryWrite(line);
                continue;
            }

            if (message["id"]?.GetValue<long>() is not { } key || !waiting.TryGetValue(key, out var request)) continue;
            message["id"] = request.Id.DeepClone();
            request.Lines.Writer.TryWrite(message.ToJsonString());
            request.Lines.Writer.TryComplete();
        }
    }

    private sealed record Waiting(JsonNode Id, string Session, Channel<string> Lines);
}
