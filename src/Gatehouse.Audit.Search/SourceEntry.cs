namespace Gatehouse.Audit.Search;

/// <summary>An entry as the log holds it.</summary>
/// <param name="Position">Its position.</param>
/// <param name="Json">The entry, one JSON object in UTF-8 in the newest version of the event model.</param>
public readonly record struct SourceEntry(EntryPosition Position, ReadOnlyMemory<byte> Json);

/// <summary>The position of an entry.</summary>
/// <param name="Log">The name of the log.</param>
/// <param name="Index">Its place in the log; greater than that of every earlier entry.</param>
public readonly record struct EntryPosition(string Log, long Index);
