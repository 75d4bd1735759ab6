namespace Gatehouse.Audit;

/// <summary>Keeps the sealed facts of one exchange, so that its ended entry reuses the box of its begun entry.</summary>
/// <remarks>
/// Sealing is most of the cost of an entry. Reuse does not repeat a nonce for another plaintext: key, associated data and plaintext are compared, so
/// that the stored ciphertext is the one that was sealed. A reader without keys learns only that both entries have the same facts. The plaintext is
/// in memory until the ended entry is sealed; no key is kept, so that a destroyed one can be collected. Safe for concurrent use.
/// </remarks>
public sealed class SealedFactsCache
{
    private volatile Kept? kept;

    /// <summary>Returns the box, where the same plaintext was sealed under the same key for the same exchange; otherwise null.</summary>
    /// <param name="pseudonym">The name of the key. A key that was destroyed and made again has another one.</param>
    /// <param name="exchange">The id of the exchange, to which a box is bound: in the entry of another one it would never open.</param>
    /// <param name="plaintext">The facts before they are sealed.</param>
    public SealedFacts? Find(string pseudonym, string exchange, ReadOnlySpan<byte> plaintext) =>
        kept is { } box && box.Facts.Pseudonym == pseudonym && box.Exchange == exchange && box.Plaintext.AsSpan().SequenceEqual(plaintext)
            ? box.Facts : null;

    /// <summary>Keeps a box in the place of the one before.</summary>
    /// <param name="exchange">The id of the exchange.</param>
    /// <param name="plaintext">The facts before they are sealed.</param>
    /// <param name="facts">The box.</param>
    public void Keep(string exchange, ReadOnlySpan<byte> plaintext, SealedFacts facts) =>
        kept = new Kept(exchange, plaintext.ToArray(), facts);

    /// <summary>Forgets what is kept.</summary>
    public void Clear() => kept = null;

    private sealed record Kept(string Exchange, byte[] Plaintext, SealedFacts Facts);
}
