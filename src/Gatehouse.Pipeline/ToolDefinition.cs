using Gatehouse.Pipeline.Schemas;
using Gatehouse.Protocol.Headers;

namespace Gatehouse.Pipeline;

/// <summary>What the gateway needs to know of a tool to check a call.</summary>
/// <param name="Name">Name of the tool.</param>
/// <param name="Headers">Parameters mirrored in <c>Mcp-Param-*</c> headers (SEP-2243).</param>
/// <param name="Fault">Why the definition's annotations are invalid, so that the tool is left out (T20); null when valid.</param>
public sealed record ToolDefinition(string Name, IReadOnlyList<ParameterHeader> Headers, string? Fault)
{
    /// <summary>What its arguments must fit; null when the definition has none, and any object does.</summary>
    public ToolSchema? Input { get; init; }

    /// <summary>What its structured results must fit; null when the definition has none.</summary>
    public ToolSchema? Output { get; init; }
}
