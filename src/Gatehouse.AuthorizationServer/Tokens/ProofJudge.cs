using Gatehouse.AuthorizationServer.Callers;
using Gatehouse.AuthorizationServer.Protocol;
using Gatehouse.Identity.Tokens;

namespace Gatehouse.AuthorizationServer.Tokens;

/// <summary>Judges proofs of possession at the token endpoint (RFC 9449 §5).</summary>
/// <param name="parts">The check of proofs.</param>
internal sealed class ProofJudge(TokenParts parts)
{
    /// <summary>Judges the proof of a request. A good proof is used up.</summary>
    public async ValueTask<ProofJudgement> JudgeAsync(OAuthRequest request, CancellationToken cancellation)
    {
        if (request.Proof is not { } proof)
            return default;
        var (thumbprint, refusal) = await parts.Proofs
            .JudgeForTokenAsync(proof, "POST", parts.TokenEndpoint, request.Peer.Partition, cancellation).ConfigureAwait(false);
        var nonce = parts.Proofs.Nonces.Current();
        return new ProofJudgement(thumbprint, refusal is { } found ? FaultOf(found) : null, nonce);
    }

    private static OAuthError FaultOf(TokenRefusal refusal) => refusal switch
    {
        TokenRefusal.ProofNonceNeeded =>
            new OAuthError(OAuthError.UseNonce, "The proof needs the nonce of the DPoP-Nonce header. Make a new proof with it."),
        TokenRefusal.ProofMemoryFull => OAuthError.Unavailable,
        TokenRefusal.ProofReplayed => OAuthError.InvalidProof("The proof was used before. Make a new proof with a new jti."),
        TokenRefusal.ProofTooOld => OAuthError.InvalidProof("The proof is too old or in the future. Check the clock and make a new proof."),
        TokenRefusal.ProofMethodMismatch or TokenRefusal.ProofUrlMismatch =>
            OAuthError.InvalidProof("The proof is for another method or URL than the token endpoint."),
        TokenRefusal.ProofSignatureInvalid => OAuthError.InvalidProof("The signature of the proof does not verify."),
        _ => OAuthError.InvalidProof("The proof is not a DPoP proof."),
    };
}
