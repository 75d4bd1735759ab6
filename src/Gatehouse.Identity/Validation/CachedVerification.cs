using Gatehouse.Identity.Partitions;
using Gatehouse.Identity.Revocations;
using Gatehouse.Identity.Tokens;

namespace Gatehouse.Identity.Validation;

/// <summary>A remembered good token, with the facts by which it was judged.</summary>
/// <param name="Token">The content of the token.</param>
/// <param name="Issuer">The issuer by which it was judged, compared by reference.</param>
/// <param name="KeyGeneration">The generation of the keys by which its signature was verified.</param>
internal sealed record CachedVerification(VerifiedToken Token, TrustedIssuer Issuer, long KeyGeneration)
{
    private volatile RevocationAnswer? revocation;

    /// <summary>The owner of the token.</summary>
    public CallerPartition Owner => CallerPartition.Of(Token.Issuer, Token.Subject);

    /// <summary>Returns whether the token is revoked; asked once per generation of the list.</summary>
    public bool IsRevokedBy(IRevocationList list)
    {
        // Read before asking: a revocation that arrives meanwhile makes the answer old, never lost.
        var generation = list.Generation;
        var known = revocation;
        if (known is null || known.Generation != generation || !ReferenceEquals(known.List, list))
            revocation = known = new RevocationAnswer(list, generation, list.IsRevoked(Token));
        return known.IsRevoked;
    }

    /// <summary>Returns whether the token has expired for good.</summary>
    public bool IsOver(DateTimeOffset now) =>
        ClaimRules.FindTimeRefusal(Token.ExpiresAt, notBefore: null, Issuer.Profile.ClockSkew, now) == TokenRefusal.Expired;

    private sealed record RevocationAnswer(IRevocationList List, long Generation, bool IsRevoked);
}
