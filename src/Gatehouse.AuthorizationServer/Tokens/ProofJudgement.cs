using Gatehouse.AuthorizationServer.Protocol;

namespace Gatehouse.AuthorizationServer.Tokens;

/// <summary>The result of judging the proof of possession of a request.</summary>
/// <param name="KeyThumbprint">The thumbprint of the proven key; null when the request has no proof.</param>
/// <param name="Fault">The reason for the refusal; null when the proof is good, or there is none.</param>
/// <param name="Nonce">The nonce for the client's next proof; null when the request has no proof.</param>
internal readonly record struct ProofJudgement(string? KeyThumbprint, OAuthError? Fault, string? Nonce)
{
    /// <summary>Returns the refusal when the proven key is not the bound one; null when it is, or no key is bound.</summary>
    /// <param name="bound">The thumbprint of the bound key; null for none.</param>
    public OAuthError? FindKeyFault(string? bound)
    {
        if (bound is null)
            return null;
        if (KeyThumbprint is null)
            return OAuthError.InvalidProof("The grant is bound to a key. Send a DPoP proof that this key signed.");
        return string.Equals(KeyThumbprint, bound, StringComparison.Ordinal)
            ? null : OAuthError.InvalidProof("The grant is bound to another key than that of the proof.");
    }
}
