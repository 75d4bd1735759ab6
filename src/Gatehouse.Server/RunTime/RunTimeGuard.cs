using System.Text.Json;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Gatehouse.Server.RunTime;

/// <summary>
/// Knows which tool runs, on every path of its code, and judges what it opens (LB-02). Threat: an argument that the model wrote becomes a command, a
/// path, a statement or an address (CWE-78, CWE-22, CWE-89, CWE-918). Code that goes past the seams is not seen here; the analyser reports it.
/// </summary>
internal sealed class RunTimeGuard(RunTimeGuardMode mode)
{
    private static readonly AsyncLocal<RunningTool?> Running = new();

    /// <summary>False where nothing is checked.</summary>
    public bool IsOn => mode != RunTimeGuardMode.Off;

    /// <summary>True where an act that was not declared is refused.</summary>
    public bool Blocks => mode == RunTimeGuardMode.Block;

    /// <summary>Returns the receiver of the entries of a call, each as its facts.</summary>
    public Func<RequestContext<CallToolRequestParams>, Action<(string Name, string Value)[]>> RecordOf { get; set; } = static _ => static _ => { };

    /// <summary>The tool whose code runs now; null outside of tools, where nothing is judged.</summary>
    public static RunningTool? Current => Running.Value;

    /// <summary>The filter around each call of a tool.</summary>
    public McpRequestHandler<CallToolRequestParams, CallToolResult> Around(McpRequestHandler<CallToolRequestParams, CallToolResult> next) =>
        async (context, cancellation) =>
        {
            if (!IsOn) return await next(context, cancellation).ConfigureAwait(false);
            var declared = (context.MatchedPrimitive as McpServerTool)?.Metadata.OfType<ToolAccessAttribute>().LastOrDefault();
            var arguments = context.Params?.Arguments?.SelectMany(static one => Texts(one.Key, one.Value)).ToList() ?? [];
            var tool = new RunningTool(mode, context.Params?.Name ?? "", declared ?? new ToolAccessAttribute(), arguments, RecordOf(context));
            Running.Value = tool;
            try
            {
                return await next(context, cancellation).ConfigureAwait(false);
            }
            finally
            {
                tool.End();
            }
        };

    // A caller also chooses the names of members: a tool may take a dictionary.
    internal static IEnumerable<string> Texts(string name, JsonElement value) => [name, .. Texts(value)];

    private static IEnumerable<string> Texts(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => [value.GetString()!],
        JsonValueKind.Array => value.EnumerateArray().SelectMany(Texts),
        JsonValueKind.Object => value.EnumerateObject().SelectMany(static member => Texts(member.Name, member.Value)),
        _ => [],
    };
}
