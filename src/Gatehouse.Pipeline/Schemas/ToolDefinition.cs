using Gatehouse.Protocol.Headers;

namespace Gatehouse.Pipeline.Schemas;

/// <summary>The facts about a tool that the gateway needs to check a call.</summary>
/// <param name="Name">Name of the tool.</param>
/// <param name="Headers">Parameters mirrored in <c>Mcp-Param-*</c> headers (SEP-2243).</param>
/// <param name="Fault">The reason why the definition's annotations are invalid, so that the tool is left out (T20); null when they are valid.</param>
public sealed record ToolDefinition(string Name, IReadOnlyList<ParameterHeader> Headers, string? Fault)
{
    /// <summary>The schema of its arguments; null when the definition has none, and then any object is valid.</summary>
    public ToolSchema? Input { get; init; }

    /// <summary>The schema of its structured results; null when the definition has none.</summary>
    public ToolSchema? Output { get; init; }
}
