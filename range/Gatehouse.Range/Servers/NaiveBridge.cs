using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gatehouse.Range.Running;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Range.Servers;

/// <summary>A bridge from HTTP to a stdio server as people write it in an afternoon; see <see cref="NaiveChild"/>.</summary>
internal sealed class NaiveBridge : IAsyncDisposable
{
    private readonly WebApplication web = Loopback.Build();
    private readonly NaiveChild child;

    private NaiveBridge(NaiveChild child) => this.child = child;

    public static Task<Uri> StartAsync(RangeFixture fixture, params string[] command) => StartBoundedAsync(fixture, int.MaxValue, command);

    /// <summary>Starts a bridge that drops lines of its process that are too long.</summary>
    public static async Task<Uri> StartBoundedAsync(RangeFixture fixture, int mostInLine, params string[] command)
    {
        var bridge = fixture.Own(new NaiveBridge(fixture.Own(new NaiveChild(command, mostInLine))));
        bridge.web.Run(bridge.HandleAsync);
        await bridge.web.StartAsync().ConfigureAwait(false);
        return new Uri(bridge.web.Urls.First() + "/mcp");
    }

    public ValueTask DisposeAsync() => web.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        if (context.Request.Method == "DELETE")
        {
            child.CloseInput();
            return;
        }

        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body).ConfigureAwait(false);
        using var message = JsonDocument.Parse(body.ToArray());
        var expectsAnswer = message.RootElement.TryGetProperty("id", out _) && message.RootElement.TryGetProperty("method", out _);
        if (expectsAnswer && message.RootElement.GetProperty("method").GetString() == "initialize")
            context.Response.Headers["Mcp-Session-Id"] = RandomNumberGenerator.GetHexString(32);
        var line = await child.AskAsync(body.ToArray(), expectsAnswer).ConfigureAwait(false);
        context.Response.StatusCode = expectsAnswer ? StatusCodes.Status200OK : StatusCodes.Status202Accepted;
        if (line is null) return;
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(line)).ConfigureAwait(false);
    }
}
