namespace Gatehouse.Storage.Abstractions;

/// <summary>An entry that an index found.</summary>
/// <param name="Place">Its place in the order of answers.</param>
/// <param name="Log">The log.</param>
/// <param name="Index">The place in the log.</param>
/// <param name="Box">The sealed entry.</param>
public sealed record FoundEntry(EntryPlace Place, string Log, long Index, ReadOnlyMemory<byte> Box);
