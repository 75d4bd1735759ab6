using Gatehouse.Integrity.Definitions;

namespace Gatehouse.Integrity.Locks;

/// <summary>One definition compared with the lock.</summary>
/// <param name="State">The relation to the lock.</param>
/// <param name="Locked">As the lock has it, or null when new.</param>
/// <param name="Observed">As the server has it, or null when missing.</param>
public sealed record LockFinding(LockState State, LockedDefinition? Locked, ServerDefinition? Observed);
