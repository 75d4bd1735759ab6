using System.Text.Json;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Gatehouse.Server.RunTime;

/// <summary>
/// Knows which tool runs, on every path of its code, and judges what it opens (LB-02). Threat: an argument that the model wrote becomes a command, a path,
/// a statement or an address (CWE-78, CWE-22, CWE-89, CWE-918). Code that goes past the seams is not seen here; the analyser reports it.
/// </summary>
internal sealed class RunTimeGuard(GatehouseOptions options)
{
    private static readonly AsyncLocal<RunningTool?> Running = new();

    /// <summary>Receives each act that was not declared: tool, kind, object, and whether it was refused.</summary>
    public Action<string, string, string, bool> OnUndeclared { get; set; } = static (_, _, _, _) => { };

    /// <summary>The tool whose code runs now; null outside of tools, where nothing is judged.</summary>
    public static RunningTool? Current => Running.Value;

    /// <summary>The filter around each call of a tool.</summary>
    public McpRequestHandler<CallToolRequestParams, CallToolResult> Around(McpRequestHandler<CallToolRequestParams, CallToolResult> next) =>
        async (context, cancellation) =>
        {
            if (options.RunTimeMode == RunTimeGuardMode.Off) return await next(context, cancellation).ConfigureAwait(false);
            var declared = (context.MatchedPrimitive as McpServerTool)?.Metadata.OfType<ToolAccessAttribute>().LastOrDefault() ?? new ToolAccessAttribute();
            var arguments = context.Params?.Arguments?.Values.SelectMany(Texts).ToList() ?? [];
            Running.Value = new RunningTool(this, context.Params?.Name ?? "", declared, arguments);
            return await next(context, cancellation).ConfigureAwait(false);
        };

    /// <summary>Records an act that was not declared, and refuses it where the mode says so.</summary>
    /// <exception cref="ToolAccessException">The mode is <see cref="RunTimeGuardMode.Block"/>.</exception>
    public void Report(string tool, string kind, string what, string remedy)
    {
        var blocks = options.RunTimeMode == RunTimeGuardMode.Block;
        OnUndeclared(tool, kind, what, blocks);
        if (blocks) throw new ToolAccessException($"the tool {tool} may not {kind} {what}: {remedy}");
    }

    private static IEnumerable<string> Texts(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => [value.GetString()!],
        JsonValueKind.Array => value.EnumerateArray().SelectMany(Texts),
        JsonValueKind.Object => value.EnumerateObject().SelectMany(static member => Texts(member.Value)),
        _ => [],
    };
}
