using System.Text.Json;
using Gatehouse.Identity.Tokens;

namespace Gatehouse.Identity.Revocations;

/// <summary>Revocations of a party, asked without one of its tokens.</summary>
public static class RevokedParties
{
    private static readonly JsonElement NoClaims = JsonDocument.Parse("{}").RootElement;

    /// <summary>
    /// Returns whether an issuer, a subject or a client was revoked since a moment. The revocation of one token, or of one login session, is none of
    /// the party: another token of it may be good.
    /// </summary>
    /// <param name="revocations">The revocations in force.</param>
    /// <param name="issuer">The issuer.</param>
    /// <param name="subject">The subject at the issuer.</param>
    /// <param name="clientId">The client; null for none.</param>
    /// <param name="since">The moment; earlier revocations are passed over.</param>
    public static bool IsPartyRevoked(this IRevocationList revocations, string issuer, string subject, string? clientId, DateTimeOffset since)
    {
        ArgumentNullException.ThrowIfNull(revocations);
        return revocations.IsRevoked(new VerifiedToken(NoClaims)
        {
            Issuer = issuer,
            Subject = subject,
            ClientId = clientId,
            IssuedAt = since,
            ExpiresAt = DateTimeOffset.MaxValue,
            Audiences = [],
            TokenHash = default,
        });
    }
}
