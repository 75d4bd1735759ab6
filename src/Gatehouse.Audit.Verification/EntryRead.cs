namespace Gatehouse.Audit.Verification;

/// <summary>Takes an entry that was read.</summary>
/// <param name="place">Its place.</param>
/// <param name="bytes">Its bytes; valid until the next one is read.</param>
internal delegate void EntryRead(LogPosition place, ReadOnlyMemory<byte> bytes);
