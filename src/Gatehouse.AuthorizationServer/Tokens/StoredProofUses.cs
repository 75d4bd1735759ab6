using System.Security.Cryptography;
using System.Text;
using Gatehouse.Identity.ProofOfPossession;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.AuthorizationServer.Tokens;

/// <summary>
/// Used proofs in the store, so that a proof is good once at all gateways of the store and after a restart: one atomic act adds it or finds it.
/// </summary>
/// <param name="grants">The store.</param>
/// <param name="time">The clock.</param>
internal sealed class StoredProofUses(IGrantStore grants, TimeProvider time) : IDPoPReplayCache
{
    /// <summary>
    /// The most proofs of one caller that are remembered; its oldest is forgotten for a new one. Threat: a caller makes key after key, and fills the
    /// room that all sign-ins have (CWE-770). A forgotten proof is of no use: the code or refresh token that it came with is spent.
    /// </summary>
    public const int MostOfCaller = 5_000;

    /// <inheritdoc/>
    public async ValueTask<ReplayCheckResult> UseAsync(DPoPProofUse use, CancellationToken cancellationToken)
    {
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes($"{use.KeyThumbprint}\n{use.ProofId}"));
        var party = SHA256.HashData(Encoding.UTF8.GetBytes(use.Caller.ToString()));
        var row = new CredentialRow(CredentialKind.ProofIdentifier, digest, "", party, default, time.GetUtcNow(), use.Until);
        try
        {
            return await grants.AddCredentialAsync(row, MostOfCaller, cancellationToken).ConfigureAwait(false)
                ? ReplayCheckResult.First : ReplayCheckResult.Replayed;
        }
        catch (StoreException)
        {
            return ReplayCheckResult.Full;
        }
    }
}
