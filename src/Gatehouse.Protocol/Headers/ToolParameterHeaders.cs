using System.Diagnostics.CodeAnalysis;
using Gatehouse.Protocol.Validation;

namespace Gatehouse.Protocol.Headers;

/// <summary>The <c>x-mcp-header</c> annotations of a tool's input schema (MCP 2026-07-28, Streamable HTTP, Schema Extension).</summary>
public static class ToolParameterHeaders
{
    /// <summary>Reads and judges all annotations.</summary>
    /// <param name="inputSchema">The tool's <c>inputSchema</c> token.</param>
    /// <param name="headers">The annotated parameters in document order. Empty when the answer is false.</param>
    /// <param name="reason">The reason why the definition is invalid, or null. It has no text of the schema.</param>
    /// <returns>False when any annotation breaks a rule: then the whole tool must be left out of lists.</returns>
    public static bool TryRead(ReadOnlyMemory<byte> inputSchema, out IReadOnlyList<ParameterHeader> headers, [NotNullWhen(false)] out string? reason)
    {
        headers = [];
        if (!JsonValidator.TryValidate(inputSchema.Span, MessageLimits.Default, out var failure))
        {
            reason = MessageFaults.Describe(failure.Fault);
            return false;
        }

        // Nearly no tool has the annotation, and its name holds no character that must be escaped; an escape anywhere sends us the long way.
        reason = null;
        if (inputSchema.Span.IndexOf("x-mcp-header"u8) < 0 && !inputSchema.Span.Contains((byte)'\\'))
            return true;
        var walk = new HeaderAnnotationWalk(inputSchema);
        reason = walk.Run();
        headers = reason is null ? walk.Headers : [];
        return reason is null;
    }
}
