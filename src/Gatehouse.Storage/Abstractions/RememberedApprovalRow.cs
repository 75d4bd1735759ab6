namespace Gatehouse.Storage.Abstractions;

/// <summary>A person's answer that holds for later calls.</summary>
/// <param name="Id">Identifier, random and not a secret.</param>
/// <param name="Scope">Keyed digest of what it holds for; at most one that is kept has it.</param>
/// <param name="Party">Keyed digest of the caller whose calls it holds for.</param>
/// <param name="Person">Keyed digest of the person who gave it.</param>
/// <param name="ApprovalId">The question that was answered.</param>
/// <param name="At">When it was given.</param>
/// <param name="Until">When it ends.</param>
/// <param name="IsForgotten">True once it holds no more; the row stays until the entry about that is in the audit log.</param>
/// <param name="IsNoted">True once the entry about its state is in the audit log.</param>
/// <param name="Sealed">Sealed facts; 1 to <see cref="MostSealedBytes"/> bytes. Empty once one of the two persons was erased.</param>
public sealed record RememberedApprovalRow(
    string Id, ReadOnlyMemory<byte> Scope, ReadOnlyMemory<byte> Party, ReadOnlyMemory<byte> Person, string ApprovalId, DateTimeOffset At,
    DateTimeOffset Until, bool IsForgotten, bool IsNoted, ReadOnlyMemory<byte> Sealed)
{
    /// <summary>The most bytes of sealed facts.</summary>
    public const int MostSealedBytes = 16 << 10;

    /// <summary>Refuses what would not come back as it went in.</summary>
    /// <exception cref="ArgumentException">A text, digest or sealed part is out of its range.</exception>
    public void Validate()
    {
        StoredText.Check(Id, nameof(Id));
        ArgumentException.ThrowIfNullOrEmpty(Id, nameof(Id));
        StoredText.CheckDigest(Scope, nameof(Scope));
        StoredText.CheckDigest(Party, nameof(Party));
        StoredText.CheckDigest(Person, nameof(Person));
        StoredText.Check(ApprovalId, nameof(ApprovalId));
        if (Sealed.Length is < 1 or > MostSealedBytes)
            throw new ArgumentException($"The sealed facts have {Sealed.Length} bytes.", nameof(Sealed));
    }
}
