using Gatehouse.Identity.Bearer;

namespace Gatehouse.Outbound;

/// <summary>The value of a secret with its version.</summary>
/// <param name="Value">The value.</param>
/// <param name="Version">The version that the vault names; null where none is known.</param>
public readonly record struct VaultValue(SecretText Value, string? Version);
