using System.Globalization;
using Gatehouse.Fixture.Serving;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace Gatehouse.Fixture.Tools;

/// <summary>Tools for the project's own tests.</summary>
internal static class TestTools
{
    private const int MostBytes = 256 << 20;

    public static IEnumerable<FixtureTool> All { get; } =
    [
        new("echo", "Answers with the text it got", Required("text", "string"), call => Content.Result(call.Text("text"))),
        new("add", "Adds two numbers", """{"type":"object","properties":{"a":{"type":"number"},"b":{"type":"number"}},"required":["a","b"]}""", Add),
        new("slow", "Takes that many milliseconds, less when cancelled", Required("ms", "integer"), SlowAsync),
        new("cancelled_count", "How many calls of slow ended by cancellation", FixtureTool.NoArguments, CancelledCount),
        new("big", "Answers with that many bytes of text", Required("bytes", "integer"),
            call => Content.Result(new string('x', call.Count("bytes", MostBytes)))),
        new("fail", "Answers with a protocol error", FixtureTool.NoArguments, Fail),
        new(
            "notify",
            "Says that something has changed: tools (when nothing is said), prompts, resources, or the resource of a URI",
            """{"type":"object","properties":{"what":{"type":"string"}}}""",
            NotifyAsync),
    ];

    private static string Required(string name, string type) => $$$"""
        {"type":"object","properties":{"{{{name}}}":{"type":"{{{type}}}"}},"required":["{{{name}}}"]}
        """;

    private static CallToolResult Add(ToolCall call) =>
        Content.Result((call.Number("a") + call.Number("b")).ToString(CultureInfo.InvariantCulture));

    private static async ValueTask<CallToolResult> SlowAsync(ToolCall call, CancellationToken cancellation)
    {
        var ms = call.Count("ms", int.MaxValue);
        try
        {
            await Task.Delay(ms, cancellation);
        }
        catch (OperationCanceledException)
        {
            call.State.CountCancelled();
            throw;
        }

        return Content.Result($"Slept {ms} ms");
    }

    private static CallToolResult CancelledCount(ToolCall call) =>
        Content.Result(call.State.Cancelled.ToString(CultureInfo.InvariantCulture));

    private static CallToolResult Fail(ToolCall call) =>
        throw new McpProtocolException("This tool always fails with a protocol error", McpErrorCode.InternalError);

    private static async ValueTask<CallToolResult> NotifyAsync(ToolCall call, CancellationToken cancellation)
    {
        var change = (call.Arguments.ContainsKey("what") ? call.Text("what") : "tools") switch
        {
            "tools" => Change.Tools,
            "prompts" => Change.Prompts,
            "resources" => Change.Resources,
            var uri => Change.Resource(uri),
        };
        await call.State.Changes.PublishAsync(change);
        return Content.Result($"Sent {change.Method}");
    }
}
