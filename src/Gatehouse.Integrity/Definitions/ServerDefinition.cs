using Gatehouse.Protocol.Json;

namespace Gatehouse.Integrity.Definitions;

/// <summary>One definition within validated bytes.</summary>
/// <param name="Kind">The kind of the definition.</param>
/// <param name="Name">Its name or URI. Empty for a kind of which a server has only one. Text from outside.</param>
/// <param name="Bytes">The validated message or document that holds it.</param>
/// <param name="Range">Its range there.</param>
public sealed record ServerDefinition(DefinitionKind Kind, string Name, ReadOnlyMemory<byte> Bytes, ByteRange Range)
{
    /// <summary>The definition's own bytes, as the server wrote them.</summary>
    public ReadOnlyMemory<byte> Json => Bytes.Slice(Range.Start, Range.Length);
}
