using Gatehouse.Settings;

namespace Gatehouse.Outbound;

/// <summary>A secret that a part of the gateway took to use it.</summary>
/// <param name="Reference">The reference.</param>
/// <param name="Version">Its version; null where none is known.</param>
/// <param name="Purpose">A word of <see cref="SecretPurpose"/>.</param>
/// <param name="Server">The server that it is used for; null where the purpose says it.</param>
internal sealed record TakenSecret(SecretReference Reference, string? Version, string Purpose, string? Server);
