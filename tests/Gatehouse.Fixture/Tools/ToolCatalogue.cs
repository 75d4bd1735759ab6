using Gatehouse.Fixture.Serving;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Gatehouse.Fixture.Tools;

/// <summary>The tools in the order in which they are listed.</summary>
internal sealed class ToolCatalogue
{
    private readonly FixtureState state;
    private readonly List<FixtureTool> tools;
    private readonly Dictionary<string, FixtureTool> byName;

    private ToolCatalogue(FixtureState state, IEnumerable<FixtureTool> tools)
    {
        this.state = state;
        this.tools = [.. tools];
        byName = this.tools.ToDictionary(tool => tool.Name, StringComparer.Ordinal);
    }

    // Content tools come first: the first tool must take a call without arguments from a client without capabilities.
    public static ToolCatalogue For(FixtureState state, FixtureTransport transport) => new(
        state,
        [
            .. ContentTools.All,
            .. StreamTools.All,
            .. ClientInputTools.All,
            .. InputRequiredTools.All,
            .. SchemaTools.All,
            .. DiagnosticTools.All,
            .. TestTools.All,
            .. transport == FixtureTransport.Http ? HttpTools.All : StdioTools.All,
        ]);

    /// <summary>The tool of that name as it is listed; null when there is none.</summary>
    public Tool? Find(string name) => byName.GetValueOrDefault(name)?.Listed;

    public ListToolsResult List() => new() { Tools = [.. tools.Select(tool => tool.Listed)] };

    public ValueTask<CallToolResult> CallAsync(RequestContext<CallToolRequestParams> request, CancellationToken cancellation) =>
        byName.TryGetValue(request.Params.Name, out var tool)
            ? tool.RunAsync(new(request, state), cancellation)
            : throw new McpProtocolException($"Unknown tool: '{request.Params.Name}'", McpErrorCode.InvalidParams);
}
