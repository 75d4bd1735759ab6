namespace Gatehouse.Gateway.Witnesses;

/// <summary>What a witness or an outside place is known to have of the newest log.</summary>
/// <param name="Name">The kind and the name of the place.</param>
/// <param name="Operator">The operator of a witness, in words; null for a place.</param>
/// <param name="Size">The size of the last checkpoint that reached it; 0 where none did.</param>
/// <param name="At">The time at which it did; null where none did since the start.</param>
/// <param name="Fault">The word of the last fault; null where the last attempt was good.</param>
/// <param name="BehindSince">The time since which the place lacks a newer checkpoint; null where it lacks none.</param>
internal sealed record PlaceState(string Name, string? Operator, long Size, DateTimeOffset? At, string? Fault, DateTimeOffset? BehindSince);
