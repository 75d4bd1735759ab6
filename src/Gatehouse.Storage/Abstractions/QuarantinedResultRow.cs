namespace Gatehouse.Storage.Abstractions;

/// <summary>A result that was withheld, without its content.</summary>
/// <param name="Id">Identifier, random and not a secret.</param>
/// <param name="Digest">Keyed digest of the call.</param>
/// <param name="Party">Keyed digest of the caller.</param>
/// <param name="Server">The server that it came from.</param>
/// <param name="State">The state.</param>
/// <param name="At">When it was withheld.</param>
/// <param name="Expires">When its content is over; once it is released, when the release is over.</param>
/// <param name="Until">When the row is forgotten; not before <paramref name="Expires"/>.</param>
/// <param name="ChangedAt">When its state changed last.</param>
/// <param name="Size">Bytes of the content as it was stored, 1 to <see cref="MostContentBytes"/>.</param>
/// <param name="IsNoted">True once the entry about its state is in the audit log.</param>
/// <param name="Sealed">
/// Sealed facts about call and findings; 1 to <see cref="MostSealedBytes"/> bytes. Empty once the caller was erased.
/// </param>
/// <param name="Release">
/// Sealed facts about the person who released or deleted it, and what was set aside; at most <see cref="MostSealedBytes"/> bytes. Empty before that.
/// </param>
public sealed record QuarantinedResultRow(
    string Id, ReadOnlyMemory<byte> Digest, ReadOnlyMemory<byte> Party, string Server, QuarantineState State, DateTimeOffset At,
    DateTimeOffset Expires, DateTimeOffset Until, DateTimeOffset ChangedAt, int Size, bool IsNoted, ReadOnlyMemory<byte> Sealed,
    ReadOnlyMemory<byte> Release)
{
    /// <summary>The most bytes of the sealed content.</summary>
    public const int MostContentBytes = 3 << 19;

    /// <summary>The most bytes of sealed facts.</summary>
    public const int MostSealedBytes = 64 << 10;

    /// <summary>Refuses what would not come back as it went in.</summary>
    /// <exception cref="ArgumentException">A text, digest, number or sealed part is out of its range.</exception>
    public void Validate()
    {
        StoredText.Check(Id, nameof(Id));
        ArgumentException.ThrowIfNullOrEmpty(Id, nameof(Id));
        StoredText.CheckDigest(Digest, nameof(Digest));
        StoredText.CheckDigest(Party, nameof(Party));
        StoredText.Check(Server, nameof(Server));
        if (!Enum.IsDefined(State)) throw new ArgumentException("The state is not known.", nameof(State));
        if (Until < Expires) throw new ArgumentException("The row would be forgotten before it is over.", nameof(Until));
        if (Size is < 1 or > MostContentBytes) throw new ArgumentException($"The content has {Size} bytes.", nameof(Size));
        if (Sealed.Length is < 1 or > MostSealedBytes)
            throw new ArgumentException($"The sealed facts have {Sealed.Length} bytes.", nameof(Sealed));
        CheckRelease(Release);
    }

    /// <summary>Lets the facts of a release through.</summary>
    /// <exception cref="ArgumentException">They are too long.</exception>
    public static void CheckRelease(ReadOnlyMemory<byte> release)
    {
        if (release.Length > MostSealedBytes) throw new ArgumentException($"The sealed facts have {release.Length} bytes.", nameof(release));
    }
}
