using Gatehouse.Protocol;

namespace Gatehouse.Pipeline;

/// <summary>What the gateway needs to know of a tool to check a call.</summary>
/// <param name="Name">Name of the tool.</param>
/// <param name="Headers">Parameters mirrored in <c>Mcp-Param-*</c> headers (SEP-2243).</param>
/// <param name="Fault">Why the definition's annotations are invalid, so that the tool is left out (T20); null when valid.</param>
public sealed record ToolDefinition(string Name, IReadOnlyList<ParameterHeader> Headers, string? Fault);
