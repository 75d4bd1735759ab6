using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Issuers;
using Gatehouse.Identity.ProofOfPossession;
using Gatehouse.Identity.Tokens;

namespace Gatehouse.Identity.Metadata;

/// <summary>The choice of the challenge by the scheme that the caller used and the server asks for (RFC 6750 §3; RFC 9449 §7.1).</summary>
public static class DPoPChallenge
{
    /// <summary>The algorithms of proofs, in a fixed order.</summary>
    public static string Algorithms { get; } = string.Join(' ', IssuerProfile.AllAlgorithms);

    /// <summary>Returns whether a refusal is about the proof, and not about the token.</summary>
    public static bool IsAboutProof(TokenRefusal refusal) => refusal is TokenRefusal.ProofMissing
        or TokenRefusal.ProofMalformed
        or TokenRefusal.ProofSignatureInvalid
        or TokenRefusal.ProofMethodMismatch
        or TokenRefusal.ProofUrlMismatch
        or TokenRefusal.ProofTokenMismatch
        or TokenRefusal.ProofTooOld
        or TokenRefusal.ProofReplayed;

    /// <summary>Returns the value of <c>WWW-Authenticate</c>, or null where no sign-in would help.</summary>
    /// <param name="refusal">The reason for the refusal.</param>
    /// <param name="malformed">True when the header itself is malformed.</param>
    /// <param name="scheme">The scheme that the caller used.</param>
    /// <param name="demand">The demand of the server.</param>
    /// <param name="resourceMetadataUrl">The URL of the resource's metadata document.</param>
    /// <param name="scopes">The scopes that this request needs; null or empty names none.</param>
    public static string? For(
        TokenRefusal refusal, bool malformed, TokenScheme scheme, SenderConstraintRequirement demand, string resourceMetadataUrl,
        IEnumerable<string>? scopes)
    {
        if (refusal is TokenRefusal.KeysUnavailable or TokenRefusal.ProofMemoryFull)
            return null;
        if (scheme == TokenScheme.DPoP || demand == SenderConstraintRequirement.DPoP)
            return Challenge.ForDPoP(Error(refusal, malformed), resourceMetadataUrl, malformed ? null : scopes);
        var bearer = malformed ? Challenge.ForInvalidRequest(resourceMetadataUrl) : Challenge.For(refusal, resourceMetadataUrl, scopes);

        // Two challenges, the first of which a client that knows both should take (RFC 9110 §11.6.1).
        return demand == SenderConstraintRequirement.Any
            ? $"{Challenge.ForDPoP(Error(refusal, malformed), resourceMetadataUrl, malformed ? null : scopes)}, {bearer}"
            : bearer;
    }

    private static string? Error(TokenRefusal refusal, bool malformed) => refusal switch
    {
        TokenRefusal.Missing => null,
        TokenRefusal.ProofNonceNeeded => "use_dpop_nonce",
        _ when malformed => "invalid_request",
        _ when IsAboutProof(refusal) => "invalid_dpop_proof",
        _ => "invalid_token",
    };
}
