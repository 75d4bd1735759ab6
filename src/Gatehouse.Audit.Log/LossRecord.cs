namespace Gatehouse.Audit.Log;

/// <summary>Entries that were lost and are in no entry of the log.</summary>
/// <param name="Entries">Their number.</param>
/// <param name="Since">The moment when the first of them was lost.</param>
public readonly record struct LossRecord(long Entries, DateTimeOffset Since);
