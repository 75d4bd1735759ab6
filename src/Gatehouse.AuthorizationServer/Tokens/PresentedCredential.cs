using Gatehouse.Storage.Abstractions;

namespace Gatehouse.AuthorizationServer.Tokens;

/// <summary>A credential of a request: one in force, or a spent one whose grant has not ended.</summary>
/// <param name="Row">The credential.</param>
/// <param name="IsSpent">True for a spent one.</param>
/// <param name="SpentAt">When it was spent; null when that is unknown, and for one in force.</param>
internal sealed record PresentedCredential(CredentialRow Row, bool IsSpent, DateTimeOffset? SpentAt);
