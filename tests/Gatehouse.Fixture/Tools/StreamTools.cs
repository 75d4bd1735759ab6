using System.Text.Json.Nodes;
using Gatehouse.Fixture.Serving;
using ModelContextProtocol.Protocol;

namespace Gatehouse.Fixture.Tools;

/// <summary>Tools that say something on the stream of their answer before it comes, or let it come on another stream.</summary>
internal static class StreamTools
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public static IEnumerable<FixtureTool> All { get; } =
    [
        new("test_tool_with_progress", "Reports progress three times", FixtureTool.NoArguments, ProgressAsync),
        new("test_tool_with_logging", "Logs three times", FixtureTool.NoArguments, LoggingAsync),
        new("test_reconnection", "Ends its stream before the result, which waits for the next one", FixtureTool.NoArguments, ReconnectionAsync),
    ];

    private static async ValueTask<CallToolResult> ProgressAsync(ToolCall call, CancellationToken cancellation)
    {
        for (var done = 0; done <= 100; done += 50)
        {
            if (done > 0) await Task.Delay(Pause, cancellation);
            if (call.Request.Params.Meta?["progressToken"] is { } token)
                await call.NotifyAsync(NotificationMethods.ProgressNotification, Progress(token, done), cancellation);
        }

        return Content.Result("Progress completed");
    }

    private static JsonObject Progress(JsonNode token, int done) =>
        new() { ["progressToken"] = token.DeepClone(), ["progress"] = done, ["total"] = 100 };

    private static async ValueTask<CallToolResult> LoggingAsync(ToolCall call, CancellationToken cancellation)
    {
        await LogAsync(call, "Tool execution started", cancellation);
        await Task.Delay(Pause, cancellation);
        await LogAsync(call, "Tool processing data", cancellation);
        await Task.Delay(Pause, cancellation);
        await LogAsync(call, "Tool execution completed", cancellation);
        return Content.Result("Tool with logging executed successfully");
    }

    /// <summary>Logs at level info when the client wants that: in the modern era it says so in each call, before once for all.</summary>
    public static async Task LogAsync(ToolCall call, string text, CancellationToken cancellation)
    {
        var least = call.Input.IsModern
            ? call.Request.JsonRpcRequest.Context?.LogLevel
            : call.Request.Server.LoggingLevel ?? LoggingLevel.Info;
        if (least is null or > LoggingLevel.Info) return;
        await call.NotifyAsync(NotificationMethods.LoggingMessageNotification, new() { ["level"] = "info", ["data"] = text }, cancellation);
    }

    private static async ValueTask<CallToolResult> ReconnectionAsync(ToolCall call, CancellationToken cancellation)
    {
        if (CanResume(call)) await call.Request.EnablePollingAsync(Pause, cancellation);
        await Task.Delay(Pause, cancellation);
        return Content.Result("Reconnection test completed successfully");
    }

    private static bool CanResume(ToolCall call) =>
        call.Request.Items.ContainsKey(RequestItems.Headers)
        && call.Request.Server.NegotiatedProtocolVersion == ProtocolVersions.Polling;
}
