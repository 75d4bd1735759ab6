namespace Gatehouse.Audit.Verification;

/// <summary>An entry of a log with its position.</summary>
/// <param name="Position">The position.</param>
/// <param name="Json">The entry as JSON in UTF-8, in the newest version of the event model.</param>
public readonly record struct AuditLogRecord(AuditLogPosition Position, ReadOnlyMemory<byte> Json);

/// <summary>The position of an entry.</summary>
/// <param name="Segment">The name of its segment.</param>
/// <param name="Offset">The offset of its first byte.</param>
public readonly record struct AuditLogPosition(string Segment, long Offset);
