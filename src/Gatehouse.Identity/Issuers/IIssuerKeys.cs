using Gatehouse.Identity.Partitions;

namespace Gatehouse.Identity.Issuers;

/// <summary>The public keys of one issuer. Implementations are safe for concurrent use.</summary>
public interface IIssuerKeys
{
    /// <summary>
    /// The generation of the keys. It changes whenever a key was added, removed or replaced, and while the keys are too old to be used. A
    /// verification remembered under another generation counts no more.
    /// </summary>
    long Generation { get; }

    /// <summary>Finds the key that must have signed a token.</summary>
    /// <param name="keyId">The token's <c>kid</c>, or null when it has none, then exactly one key must fit.</param>
    /// <param name="algorithm">The token's <c>alg</c>, one of <see cref="IssuerProfile.AllAlgorithms"/>.</param>
    /// <param name="peer">The address block of the peer that shows the token: its part of the fetches that strangers can provoke is used.</param>
    /// <param name="cancellationToken">Ends the wait, not a fetch under way.</param>
    ValueTask<KeyLookup> FindAsync(string? keyId, string algorithm, CallerPartition peer, CancellationToken cancellationToken);

    /// <summary>
    /// Fetches the keys again after a signature did not verify: the issuer may have put a new key under an old <c>kid</c>. Rate limited, since anyone
    /// can send bad signatures.
    /// </summary>
    /// <param name="peer">The address block of the peer that shows the token.</param>
    /// <param name="cancellationToken">Ends the wait, not a fetch under way.</param>
    /// <returns>True when the keys changed, so that another try is worthwhile.</returns>
    ValueTask<bool> RefreshAfterBadSignatureAsync(CallerPartition peer, CancellationToken cancellationToken);
}
