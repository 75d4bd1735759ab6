namespace Gatehouse.Identity.ProofOfPossession;

/// <summary>
/// Remembers which proofs were used. Gateways that serve one resource together share it, or a proof is good once at each.
/// Implementations are safe for concurrent use.
/// </summary>
public interface IDPoPReplayCache
{
    /// <summary>Notes the use of a proof whose every other check passed.</summary>
    /// <param name="use">The proof, and whose it is.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether it is the first use, and whether it could be noted.</returns>
    ValueTask<ReplayCheckResult> UseAsync(DPoPProofUse use, CancellationToken cancellationToken);
}

/// <summary>Whether a proof is used for the first time.</summary>
public enum ReplayCheckResult
{
    /// <summary>It is; it is remembered from now on.</summary>
    First,

    /// <summary>It was used before.</summary>
    Replayed,

    /// <summary>It may be, but it could not be remembered, so it must be refused.</summary>
    Full,
}
