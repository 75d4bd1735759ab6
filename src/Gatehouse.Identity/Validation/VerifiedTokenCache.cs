using System.Diagnostics.CodeAnalysis;
using Gatehouse.Identity.Tokens;

namespace Gatehouse.Identity.Validation;

/// <summary>
/// A cache of verified tokens by their SHA-256. A repeated token costs one hash and one lookup in place of a signature check. Bounded, and safe for
/// concurrent use.
/// </summary>
/// <remarks>
/// An entry counts only while the issuer's object and key generation are those by which it was judged. Audience, expiry and
/// revocation are judged on every use, so they are never remembered as passed.
/// </remarks>
public sealed class VerifiedTokenCache
{
    /// <summary>Default of the most tokens remembered, good ones and bad ones each.</summary>
    public const int DefaultCapacity = 10_000;

    /// <summary>The time for which a refusal is remembered.</summary>
    public static readonly TimeSpan RefusalLife = TimeSpan.FromSeconds(10);

    private readonly ClockCache<CachedVerification> verifications;
    private readonly ClockCache<CachedRefusal> refusals;

    /// <summary>Makes an empty cache.</summary>
    /// <param name="capacity">The most good tokens remembered, 1 or more.</param>
    /// <param name="refusalCapacity">The most bad tokens remembered, 1 or more.</param>
    /// <param name="callerShare">Percent of the good ones that one caller may have, 1 to 100, asked at each; null (default) lets one have
    /// all.</param>
    public VerifiedTokenCache(int capacity = DefaultCapacity, int refusalCapacity = DefaultCapacity, Func<int>? callerShare = null)
    {
        verifications = new ClockCache<CachedVerification>(capacity, callerShare);
        refusals = new ClockCache<CachedRefusal>(refusalCapacity);
    }

    /// <summary>The number of good tokens that are remembered.</summary>
    public int Count => verifications.Count;

    /// <summary>The number of refusals that are remembered.</summary>
    public int RefusalCount => refusals.Count;

    /// <summary>
    /// Removes expired tokens and old refusals, which serve no request any more. Most tokens are never shown again after they expired, so without
    /// this the claims of their people would stay until the table is full.
    /// </summary>
    /// <param name="now">The moment by which this is judged.</param>
    public void Sweep(DateTimeOffset now)
    {
        verifications.RemoveWhere(known => known.IsOver(now));
        refusals.RemoveWhere(known => known.Until <= now);
    }

    /// <summary>Finds a good token judged by the issuer and keys of now.</summary>
    internal bool TryFind(TokenHash hash, Func<TrustedIssuer, bool> isTrusted, [NotNullWhen(true)] out CachedVerification? verification)
    {
        if (!verifications.TryGet(hash, out verification))
            return false;
        if (IsCurrent(verification.Issuer, verification.KeyGeneration, isTrusted))
            return true;
        verifications.Remove(hash, verification);
        verification = null;
        return false;
    }

    /// <summary>Finds a refusal judged by the issuer and keys of now that is young enough.</summary>
    internal CachedRefusal? FindRefusal(TokenHash hash, Func<TrustedIssuer, bool> isTrusted, DateTimeOffset now)
    {
        if (!refusals.TryGet(hash, out var known))
            return null;
        if (now < known.Until && IsCurrent(known.Issuer, known.KeyGeneration, isTrusted))
            return known;
        refusals.Remove(hash, known);
        return null;
    }

    internal void Remember(TokenHash hash, CachedVerification verification) =>
        verifications.Set(hash, verification, verification.Owner);

    /// <summary>Removes a token that can never be good again.</summary>
    internal void Forget(TokenHash hash, CachedVerification verification) => verifications.Remove(hash, verification);

    /// <summary>Remembers a refusal, if the same bytes would be refused again whatever the caller asks for.</summary>
    internal void RememberRefusal(TokenHash hash, TokenRefusal refusal, TrustedIssuer issuer, long keyGeneration, DateTimeOffset now)
    {
        if (IsRepeatable(refusal))
            refusals.Set(hash, new CachedRefusal(refusal, issuer, keyGeneration, now + RefusalLife));
    }

    /// <summary>
    /// Threat: a flood of one forged token, each costing a signature check; and the reverse, an attacker who makes a wrong
    /// refusal stick. Remembered are refusals that follow from the token's bytes, the keys' generation and the passing of time;
    /// never those that a fetched key or a later moment undoes.
    /// </summary>
    private static bool IsRepeatable(TokenRefusal refusal) => refusal is TokenRefusal.SignatureInvalid
        or TokenRefusal.ClaimMalformed
        or TokenRefusal.TypeMismatch
        or TokenRefusal.SenderConstrained
        or TokenRefusal.ExpiryMissing
        or TokenRefusal.Expired
        or TokenRefusal.AudienceMissing
        or TokenRefusal.TenantMismatch
        or TokenRefusal.SubjectMissing;

    private static bool IsCurrent(TrustedIssuer issuer, long keyGeneration, Func<TrustedIssuer, bool> isTrusted) =>
        isTrusted(issuer) && issuer.Keys.Generation == keyGeneration;
}
