using Gatehouse.Fixture.Serving;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace Gatehouse.Fixture.Tools;

/// <summary>Tools that show how the protocol around them behaves.</summary>
internal static class DiagnosticTools
{
    public static IEnumerable<FixtureTool> All { get; } =
    [
        new("test_missing_capability", "Needs a client that samples", FixtureTool.NoArguments, NeedSampling),
        new("test_streaming_elicitation", "Asks the user to confirm", FixtureTool.NoArguments, ConfirmAsync),
        new("test_logging_tool", "Logs where the client wants that", FixtureTool.NoArguments, LogAsync),
        Trigger("test_trigger_tool_change", "Says that the tools have changed", Change.Tools),
        Trigger("test_trigger_prompt_change", "Says that the prompts have changed", Change.Prompts),
    ];

    private static CallToolResult NeedSampling(ToolCall call) =>
        call.Input.Capabilities.Sampling is null
            ? throw new MissingRequiredClientCapabilityException(new() { Sampling = new() })
            : Content.Result("The client samples");

    private static async ValueTask<CallToolResult> ConfirmAsync(ToolCall call, CancellationToken cancellation)
    {
        var answer = await call.Input.AskAsync("confirm", Question.ElicitOne("Please confirm", "ok", "boolean"), cancellation);
        return Content.Result($"Confirmed: {Question.ElicitedText(answer, "ok")}");
    }

    private static async ValueTask<CallToolResult> LogAsync(ToolCall call, CancellationToken cancellation)
    {
        await StreamTools.LogAsync(call, "Logging tool executed", cancellation);
        return Content.Result("Logged where wanted");
    }

    private static FixtureTool Trigger(string name, string description, Change change) =>
        new(name, description, FixtureTool.NoArguments, async (call, _) =>
        {
            await call.State.Changes.PublishAsync(change);
            return Content.Result($"Sent {change.Method}");
        });
}
