using System.Text.Json;
using ModelContextProtocol.Protocol;

namespace Gatehouse.Fixture.Tools;

/// <summary>A tool: what is listed of it, and what it does.</summary>
internal sealed class FixtureTool
{
    public const string NoArguments = """{"type":"object","properties":{}}""";

    private readonly Func<ToolCall, CancellationToken, ValueTask<CallToolResult>> run;

    public FixtureTool(
        string name, string description, string inputSchema, Func<ToolCall, CancellationToken, ValueTask<CallToolResult>> run)
    {
        this.run = run;
        Listed = new() { Name = name, Description = description, InputSchema = Schema(inputSchema) };
    }

    public FixtureTool(string name, string description, string inputSchema, Func<ToolCall, CallToolResult> run)
        : this(name, description, inputSchema, (call, _) => ValueTask.FromResult(run(call)))
    {
    }

    public Tool Listed { get; }

    public string Name => Listed.Name;

    public ValueTask<CallToolResult> RunAsync(ToolCall call, CancellationToken cancellation) => run(call, cancellation);

    private static JsonElement Schema(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
