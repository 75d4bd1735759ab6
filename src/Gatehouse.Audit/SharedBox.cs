namespace Gatehouse.Audit;

/// <summary>
/// The sealed facts of one exchange, kept from its first entry for the next: to seal is most of what an entry costs, and its last entry mostly says
/// about the person what its first one said.
/// </summary>
/// <remarks>
/// One box in two entries is no repeated nonce: key, nonce, bound id and text are the same, so that the ciphertext is. It shows that both say the
/// same about one person, whose pseudonym they have in common anyway. Safe for concurrent use.
/// </remarks>
public sealed class SharedBox
{
    private volatile Kept? kept;

    /// <summary>Returns the box, where the same text was sealed under the same key for the same exchange; otherwise null.</summary>
    /// <param name="key">The key, compared as an object: a key that was destroyed and made again is another one.</param>
    /// <param name="exchange">The id of the exchange, to which a box is bound: in the entry of another one it would never open.</param>
    /// <param name="text">The facts as they are before they are sealed.</param>
    public SealedFacts? Find(object key, string exchange, ReadOnlySpan<byte> text) =>
        kept is { } box && ReferenceEquals(box.Key, key) && box.Exchange == exchange && box.Text.AsSpan().SequenceEqual(text) ? box.Facts : null;

    /// <summary>Keeps a box in the place of the one before.</summary>
    /// <param name="key">The key it was sealed under.</param>
    /// <param name="exchange">The id of the exchange.</param>
    /// <param name="text">The facts as they are before they are sealed.</param>
    /// <param name="facts">The box.</param>
    public void Keep(object key, string exchange, ReadOnlySpan<byte> text, SealedFacts facts) =>
        kept = new Kept(key, exchange, text.ToArray(), facts);

    private sealed record Kept(object Key, string Exchange, byte[] Text, SealedFacts Facts);
}
