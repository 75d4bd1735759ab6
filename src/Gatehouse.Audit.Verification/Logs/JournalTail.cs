namespace Gatehouse.Audit.Verification.Logs;

/// <summary>Bytes behind the last whole frame of a segment of the journal.</summary>
/// <param name="Offset">Where it begins.</param>
/// <param name="Bytes">Its bytes up to the last one that is not zero; 0 where there are only zeros.</param>
/// <param name="Next">The offset of the first whole frame behind the damage; null where none was found.</param>
/// <param name="WasSearched">
/// False where the search for it ended early, because too much looks like entries: a whole frame may follow.
/// </param>
internal readonly record struct JournalTail(long Offset, long Bytes, long? Next, bool WasSearched);
