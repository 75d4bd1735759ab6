namespace Gatehouse.Audit.Verification.Logs;

/// <summary>Bytes behind the last whole frame of a segment of the journal.</summary>
/// <param name="Offset">Where it begins.</param>
/// <param name="Bytes">Its bytes up to the last one that is not zero; 0 where there are only zeros.</param>
/// <param name="HasFrame">True where a whole frame follows the damage.</param>
/// <param name="Next">The offset of that frame; null where none follows, or it was not found among much that looks like entries.</param>
internal readonly record struct JournalTail(long Offset, long Bytes, bool HasFrame, long? Next);
