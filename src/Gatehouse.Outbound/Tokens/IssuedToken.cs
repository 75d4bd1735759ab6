using Gatehouse.Identity.Bearer;

namespace Gatehouse.Outbound.Tokens;

/// <summary>A token that an issuer issued to the gateway.</summary>
/// <param name="Token">The token; only characters that a header may have.</param>
/// <param name="IssuedAt">The moment before it was requested.</param>
/// <param name="Until">The moment from which it is not used any more, a reserve before its end.</param>
/// <param name="Scope">Its scopes, as the issuer names them; null where it does not.</param>
internal sealed record IssuedToken(SecretText Token, DateTimeOffset IssuedAt, DateTimeOffset Until, string? Scope)
{
    /// <summary>The moment from which another one is requested while this one is used: after four fifths of its life.</summary>
    public DateTimeOffset RenewAt => IssuedAt + ((Until - IssuedAt) * 0.8);
}
