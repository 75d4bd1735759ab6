namespace Gatehouse.Pipeline.Lists.Responses;

/// <summary>The position at which the next page of a list begins.</summary>
/// <param name="Next">Index of its first entry among those that the caller sees.</param>
/// <param name="Version"><see cref="VisibleList.Version"/> of the list that the position belongs to.</param>
public sealed record ListPosition(int Next, ReadOnlyMemory<byte> Version);
