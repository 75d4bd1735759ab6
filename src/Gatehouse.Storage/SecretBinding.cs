namespace Gatehouse.Storage;

/// <summary>Makes the associated data that a seal of a secret is bound to.</summary>
/// <param name="layer">The sealed layer: the key, or the value under it.</param>
/// <param name="place">The place of the secret.</param>
public delegate byte[] SecretBinding(string layer, SecretPlace place);
