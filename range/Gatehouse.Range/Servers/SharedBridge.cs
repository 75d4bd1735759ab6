using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
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
/// A bridge from HTTP to one stdio process for everybody, as people write it in an afternoon. It gives each request an id of its own, so that answers
/// find their caller. A question of the server goes to whoever waits, and whoever answers, answers it.
/// </summary>
internal sealed class SharedBridge : IAsyncDisposable
{
    private readonly WebApplication web = Loopback.Build();
    private readonly Process process;
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly ConcurrentDictionary<string, Waiting> waiting = new();
    private readonly Task reading;
    private int lastKey;

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
        if (context.Request.Method == "DELETE") return;
        using var body = new StreamReader(context.Request.Body);
        if (JsonNode.Parse(await body.ReadToEndAsync().ConfigureAwait(false)) is not JsonObject message) return;
        if (message["method"] is not { } method || message["id"] is not { } id)
        {
            context.Response.StatusCode = StatusCodes.Status202Accepted;
            if (message["params"] is JsonObject { } named && named["requestId"] is { } cancelled) named["requestId"] = KeyOf(cancelled);
            await WriteAsync(message).ConfigureAwait(false);
            return;
        }

        if (method.GetValue<string>() == "initialize") context.Response.Headers["Mcp-Session-Id"] = RandomNumberGenerator.GetHexString(32);
        var request = new Waiting(id.DeepClone(), Channel.CreateUnbounded<string>());
        var key = Interlocked.Increment(ref lastKey).ToString(CultureInfo.InvariantCulture);
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

    private string? KeyOf(JsonNode id) => waiting.FirstOrDefault(pair => JsonNode.DeepEquals(pair.Value.Id, id)).Key;

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
                waiting.Values.LastOrDefault()?.Lines.Writer.TryWrite(line);
                continue;
            }

            if (message["id"]?.ToString() is not { } key || !waiting.TryGetValue(key, out var request)) continue;
            message["id"] = request.Id.DeepClone();
            request.Lines.Writer.TryWrite(message.ToJsonString());
            request.Lines.Writer.Complete();
        }
    }

    private sealed record Waiting(JsonNode Id, Channel<string> Lines);
}
