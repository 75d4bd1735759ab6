namespace Gatehouse.Storage.Abstractions;

/// <summary>A sealed secret without its value: enough to list it, and to seal its key again.</summary>
/// <param name="Purpose">The use of the secrets of this kind.</param>
/// <param name="Owner">Digest of the owner, in hexadecimal.</param>
/// <param name="Name">Name of the secret.</param>
/// <param name="SealedKey">The key of the value, sealed by the key ring.</param>
/// <param name="At">When the value was set.</param>
public sealed record SecretHead(string Purpose, string Owner, string Name, ReadOnlyMemory<byte> SealedKey, DateTimeOffset At);
