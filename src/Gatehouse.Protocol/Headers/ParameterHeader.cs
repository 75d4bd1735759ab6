using System.Text;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Protocol.Headers;

/// <summary>One parameter of a tool that is mirrored into a header (MCP 2026-07-28, <c>x-mcp-header</c>).</summary>
/// <param name="Name">The annotation's value: the header without its prefix.</param>
/// <param name="Path">The property names from the arguments down to the parameter; at least one.</param>
public sealed record ParameterHeader(string Name, IReadOnlyList<string> Path)
{
    /// <summary>The whole header name, <c>Mcp-Param-</c> and <see cref="Name"/>; to be compared without regard to case.</summary>
    public string HeaderName { get; } = MirroredHeader.ParameterPrefix + Name;

    /// <summary>Finds the parameter in the arguments of a call.</summary>
    /// <param name="message">The call.</param>
    /// <param name="value">The value's range when the answer is true.</param>
    /// <returns>False when the argument is absent or null: then the header must be absent too.</returns>
    public bool TryGetValue(ValidatedMessage message, out ByteRange value)
    {
        ArgumentNullException.ThrowIfNull(message);
        var bytes = message.Bytes.Span;
        value = message.Range(EnvelopeMember.ParamsArguments);
        foreach (var name in Path)
        {
            if (!JsonWalk.TryFindMember(bytes, value, Encoding.UTF8.GetBytes(name), out value))
                return false;
        }

        return !value.Of(bytes).SequenceEqual("null"u8);
    }
}
