namespace Gatehouse.Storage.Abstractions;

/// <summary>A server, tool, user, client or session that is contained.</summary>
/// <param name="Id">Identifier, random and not a secret.</param>
/// <param name="Kind">What is contained.</param>
/// <param name="Target">Keyed digest of what is contained; at most one in force has it.</param>
/// <param name="At">When it was made.</param>
/// <param name="Until">When it ends by itself; <see cref="DateTimeOffset.MaxValue"/> for never.</param>
/// <param name="IsReleased">True once it holds no more; the row stays until the entry about that is in the audit log.</param>
/// <param name="IsNoted">True once the entry about its state is in the audit log.</param>
/// <param name="Sealed">
/// Sealed facts, with what is contained; 1 to <see cref="MostSealedBytes"/> bytes. They hold also when the person was erased, so they are not sealed
/// under the key of that person.
/// </param>
/// <param name="Release">Sealed facts about the release; at most <see cref="MostSealedBytes"/> bytes. Empty before it.</param>
public sealed record ContainmentRow(
    string Id, ContainmentKind Kind, ReadOnlyMemory<byte> Target, DateTimeOffset At, DateTimeOffset Until, bool IsReleased, bool IsNoted,
    ReadOnlyMemory<byte> Sealed, ReadOnlyMemory<byte> Release)
{
    /// <summary>The most bytes of sealed facts.</summary>
    public const int MostSealedBytes = 16 << 10;

    /// <summary>Refuses what would not come back as it went in.</summary>
    /// <exception cref="ArgumentException">A text, digest, number or sealed part is out of its range.</exception>
    public void Validate()
    {
        StoredText.Check(Id, nameof(Id));
        ArgumentException.ThrowIfNullOrEmpty(Id, nameof(Id));
        StoredText.CheckDigest(Target, nameof(Target));
        if (!Enum.IsDefined(Kind)) throw new ArgumentException("The kind is not known.", nameof(Kind));
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
