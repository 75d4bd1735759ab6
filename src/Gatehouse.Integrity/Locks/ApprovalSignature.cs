namespace Gatehouse.Integrity.Locks;

/// <summary>A signature over <see cref="ApprovalStatement"/>.</summary>
/// <param name="Key">The name of the key in the configuration.</param>
/// <param name="Value">ECDSA P-256 with SHA-256, r and s joined (64 bytes), in base64url without padding.</param>
public sealed record ApprovalSignature(string Key, string Value);
