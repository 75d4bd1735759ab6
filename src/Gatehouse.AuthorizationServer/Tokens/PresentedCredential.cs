using Gatehouse.Storage.Abstractions;

namespace Gatehouse.AuthorizationServer.Tokens;

/// <summary>A credential of a request: one in force, or a spent one whose grant has not ended.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Digest">The digest by which its failures are counted.</param>
/// <param name="GrantId">Identifier of its grant.</param>
/// <param name="IsSpent">True for a spent one.</param>
/// <param name="SpentAt">When it was spent; null when that is unknown, and for one in force.</param>
internal sealed record PresentedCredential(
    CredentialKind Kind, ReadOnlyMemory<byte> Digest, string GrantId, bool IsSpent = false, DateTimeOffset? SpentAt = null);
