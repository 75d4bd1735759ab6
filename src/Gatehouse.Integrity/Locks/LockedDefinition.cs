using Gatehouse.Integrity.Definitions;

namespace Gatehouse.Integrity.Locks;

/// <summary>A definition as it was approved.</summary>
/// <param name="Definition">The definition in full.</param>
/// <param name="Digest">Its digest; a reader has compared the two.</param>
/// <param name="Approval">The approval; null while there is none.</param>
public sealed record LockedDefinition(ServerDefinition Definition, string Digest, Approval? Approval);
