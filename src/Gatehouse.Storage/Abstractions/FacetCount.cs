namespace Gatehouse.Storage.Abstractions;

/// <summary>A label of a facet, with the number of entries that have it.</summary>
/// <param name="Label">The sealed name.</param>
/// <param name="Entries">The number, 1 or more.</param>
public sealed record FacetCount(ReadOnlyMemory<byte> Label, long Entries);
