using Gatehouse.Identity.Issuers;
using Gatehouse.Identity.Keys;
using Gatehouse.Identity.Partitions;
using Gatehouse.Identity.Tokens;

namespace Gatehouse.Identity.Validation;

/// <summary>The verdict on the signature of a token.</summary>
/// <param name="Refusal">The reason why the token is refused; null when the signature is good.</param>
/// <param name="Generation">The generation of keys by which it was judged.</param>
/// <param name="KeyIssuer">The issuer that the key set names for the key; null when it names none.</param>
internal readonly record struct SignatureVerdict(TokenRefusal? Refusal, long Generation, string? KeyIssuer = null)
{
    /// <summary>Judges the signature of a token.</summary>
    /// <param name="ascii">The token.</param>
    /// <param name="jws">The token, taken apart.</param>
    /// <param name="algorithm">The header's algorithm, which the issuer's profile allows.</param>
    /// <param name="keys">The issuer's keys.</param>
    /// <param name="peer">The address block whose part of fetches is used.</param>
    /// <param name="cancellationToken">Ends the wait for keys.</param>
    public static async ValueTask<SignatureVerdict> OfAsync(
        byte[] ascii, CompactJws jws, SignatureAlgorithm algorithm, IIssuerKeys keys, CallerPartition peer, CancellationToken cancellationToken)
    {
        var lookup = await keys.FindAsync(jws.Header.KeyId, algorithm.Name, peer, cancellationToken).ConfigureAwait(false);
        var verdict = Of(ascii, jws, algorithm, lookup);
        if (verdict.Refusal != TokenRefusal.SignatureInvalid)
            return verdict;

        // Some issuers put a new key under an old kid, so a bad signature is worth one look at newer keys.
        if (!await keys.RefreshAfterBadSignatureAsync(peer, cancellationToken).ConfigureAwait(false))
            return verdict;
        lookup = await keys.FindAsync(jws.Header.KeyId, algorithm.Name, peer, cancellationToken).ConfigureAwait(false);
        return Of(ascii, jws, algorithm, lookup);
    }

    private static SignatureVerdict Of(byte[] ascii, CompactJws jws, SignatureAlgorithm algorithm, KeyLookup lookup)
    {
        if (lookup.Key is not { } key)
            return new SignatureVerdict(lookup.Refusal ?? TokenRefusal.UnknownKey, lookup.Generation);
        return new SignatureVerdict(jws.IsSignedBy(ascii, key, algorithm) ? null : TokenRefusal.SignatureInvalid, lookup.Generation, key.Issuer);
    }
}
