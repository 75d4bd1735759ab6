using Gatehouse.Integrity.Definitions;

namespace Gatehouse.Integrity.Locks;

/// <summary>One definition compared with the lock.</summary>
/// <param name="State">How it stands.</param>
/// <param name="Locked">As the lock has it; null when new.</param>
/// <param name="Observed">As the server has it; null when missing.</param>
public sealed record LockFinding(LockState State, LockedDefinition? Locked, ServerDefinition? Observed);
