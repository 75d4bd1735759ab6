namespace Gatehouse.Identity.ProofOfPossession;

/// <summary>
/// A memory of used proofs. Gateways that serve one resource together share it, otherwise a proof is good once at each. Implementations are safe for
/// concurrent use.
/// </summary>
public interface IDPoPReplayCache
{
    /// <summary>Stores the use of a proof whose every other check passed.</summary>
    /// <param name="use">The proof, and its caller.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The result: the first use, a later use, or a use that could not be stored.</returns>
    ValueTask<ReplayCheckResult> UseAsync(DPoPProofUse use, CancellationToken cancellationToken);
}

/// <summary>The result of looking up a proof.</summary>
public enum ReplayCheckResult
{
    /// <summary>The first use. It is remembered from now on.</summary>
    First,

    /// <summary>It was used before.</summary>
    Replayed,

    /// <summary>The use may be the first, but it could not be remembered, so it must be refused.</summary>
    Full,
}
