using Gatehouse.Protocol;

namespace Gatehouse.Integrity.Definitions;

/// <summary>One definition within validated bytes.</summary>
/// <param name="Kind">What it defines.</param>
/// <param name="Name">Its name or URI; empty for what a server has one of. Text from outside.</param>
/// <param name="Bytes">The validated message or document that holds it.</param>
/// <param name="Range">Where it lies there.</param>
public sealed record ServerDefinition(DefinitionKind Kind, string Name, ReadOnlyMemory<byte> Bytes, ByteRange Range)
{
    /// <summary>The definition's own bytes, as the server wrote them.</summary>
    public ReadOnlyMemory<byte> Json => Bytes.Slice(Range.Start, Range.Length);
}
