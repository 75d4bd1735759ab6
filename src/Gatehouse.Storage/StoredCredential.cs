using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage;

/// <summary>A credential as it is in the store.</summary>
/// <param name="Row">The credential.</param>
/// <param name="Grant">Its grant; null when it has none, or the grant has ended.</param>
/// <param name="SpentAt">When it was spent; null while it is not.</param>
/// <param name="Successor">The sealed successor that was stored when it was spent.</param>
internal sealed record StoredCredential(CredentialRow Row, GrantRow? Grant, DateTimeOffset? SpentAt, byte[] Successor)
{
    /// <summary>True when it can be used: it is not spent, and its grant, if it has one, has not ended.</summary>
    public bool IsUsable => SpentAt is null && (Row.GrantId.Length == 0 || Grant is not null);
}
