using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Certificates;
using Gatehouse.Identity.ProofOfPossession;
using Gatehouse.Identity.Tokens;

namespace Gatehouse.Identity.Validation;

/// <summary>The check that the sender of a token is the one that it is bound to (RFC 9449 §7; RFC 8705 §3).</summary>
internal static class SenderConstraint
{
    /// <summary>Judges one use of a token that is good in every other way.</summary>
    /// <param name="token">The token.</param>
    /// <param name="use">The use of the token, and the evidence of the request.</param>
    /// <param name="proofs">Judges proofs, or null where none are taken.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The reason for the refusal, or null when it is good.</returns>
    public static ValueTask<TokenRefusal?> JudgeAsync(VerifiedToken token, TokenUse use, DPoPProofs? proofs, CancellationToken cancellationToken)
    {
        var binding = token.Binding;
        if (FindRefusal(binding, use) is { } refusal)
            return ValueTask.FromResult<TokenRefusal?>(refusal);
        if (use.Evidence.Scheme != TokenScheme.DPoP)
            return ValueTask.FromResult<TokenRefusal?>(null);
        return proofs is null
            ? ValueTask.FromResult<TokenRefusal?>(TokenRefusal.SenderConstrained)
            : proofs.JudgeAsync(use.Evidence, use.Resource, token, cancellationToken);
    }

    private static TokenRefusal? FindRefusal(TokenBinding? binding, TokenUse use)
    {
        var isByKey = binding?.KeyThumbprint is not null;
        var isByCertificate = binding?.CertificateThumbprint is not null;

        // Threat: downgrade. A stolen bound token is sent as a plain bearer token (RFC 9449 §7.1), or the reverse.
        if (isByKey != (use.Evidence.Scheme == TokenScheme.DPoP))
            return isByKey ? TokenRefusal.SenderConstrained : TokenRefusal.ProofKeyMismatch;
        if (isByCertificate && FindCertificateRefusal(binding!, use.Evidence.Certificate) is { } refusal)
            return refusal;
        var isEnough = use.Demand switch
        {
            SenderConstraintRequirement.DPoP => isByKey,
            SenderConstraintRequirement.MutualTls => isByCertificate,
            SenderConstraintRequirement.Any => isByKey || isByCertificate,
            _ => true,
        };
        return isEnough ? null : TokenRefusal.NotSenderConstrained;
    }

    private static TokenRefusal? FindCertificateRefusal(TokenBinding binding, PresentedCertificate? certificate)
    {
        if (certificate is null)
            return TokenRefusal.CertificateMissing;
        return TokenBinding.AreSame(binding.CertificateThumbprint!, certificate.Thumbprint) ? null : TokenRefusal.CertificateMismatch;
    }
}
