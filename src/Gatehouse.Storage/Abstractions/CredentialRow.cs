namespace Gatehouse.Storage.Abstractions;

/// <summary>A value that an authorization server issued. The store has its digest, and sealed facts about it.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Digest">SHA-256 of the value; the value has at least 128 random bits, so that the digest does not reveal it.</param>
/// <param name="GrantId">The grant to which it belongs; empty while there is none yet.</param>
/// <param name="Party">Digest of the party whose share of the table it uses: the address block of a stranger, or the subject of a grant.</param>
/// <param name="Sealed">Sealed facts; 0 to <see cref="MostSealedBytes"/> bytes.</param>
/// <param name="At">When it was issued.</param>
/// <param name="Until">When it is forgotten.</param>
public sealed record CredentialRow(
    CredentialKind Kind, ReadOnlyMemory<byte> Digest, string GrantId, ReadOnlyMemory<byte> Party, ReadOnlyMemory<byte> Sealed, DateTimeOffset At,
    DateTimeOffset Until)
{
    /// <summary>The most bytes of sealed facts.</summary>
    public const int MostSealedBytes = 65_536;

    /// <summary>Refuses what would not come back as it went in.</summary>
    /// <exception cref="ArgumentException">A text, digest or sealed part is out of its range.</exception>
    public void Validate()
    {
        StoredText.CheckDigest(Digest, nameof(Digest));
        StoredText.Check(GrantId, nameof(GrantId));
        StoredText.CheckDigest(Party, nameof(Party));
        if (Sealed.Length > MostSealedBytes)
            throw new ArgumentException($"The sealed facts have {Sealed.Length} bytes; at most {MostSealedBytes} are kept.", nameof(Sealed));
    }
}
