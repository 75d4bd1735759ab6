namespace Gatehouse.Identity;

/// <summary>
/// Remembers which proofs were used. Gateways that serve one resource together share it, or a proof is good once at each.
/// Implementations are safe for concurrent use.
/// </summary>
public interface IProofReplays
{
    /// <summary>Notes the use of a proof whose every other check passed.</summary>
    /// <param name="keyThumbprint">The thumbprint of the key that signed it.</param>
    /// <param name="proofId">The proof's <c>jti</c>, unique for its key.</param>
    /// <param name="until">When the proof is too old anyway and can be forgotten.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask<ProofReplayAnswer> UseAsync(string keyThumbprint, string proofId, DateTimeOffset until, CancellationToken cancellationToken);
}
