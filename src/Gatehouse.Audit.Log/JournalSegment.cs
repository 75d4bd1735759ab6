namespace Gatehouse.Audit.Log;

/// <summary>A segment of the journal.</summary>
/// <param name="Number">Its number.</param>
/// <param name="FirstLeaf">The index of its first entry.</param>
/// <param name="Length">The bytes that are on stable storage and in use.</param>
internal sealed record JournalSegment(long Number, long FirstLeaf, long Length);
