namespace Gatehouse.Storage.Abstractions;

/// <summary>A question to a person, and its outcome.</summary>
/// <param name="Id">Identifier, random and not a secret.</param>
/// <param name="Kind">The kind of question.</param>
/// <param name="Digest">Keyed digest of what is asked; at most one open or granted row has it.</param>
/// <param name="Party">Keyed digest of the party whose share of the open questions it uses.</param>
/// <param name="Like">Keyed digest of what questions of the same kind have in common.</param>
/// <param name="State">The state.</param>
/// <param name="Needed">Number of different people who have to grant it, 1 or more.</param>
/// <param name="At">When it was asked.</param>
/// <param name="Expires">When the question is over; once it is granted, when the grant is over.</param>
/// <param name="Until">When the row is forgotten; not before <paramref name="Expires"/>.</param>
/// <param name="ChangedAt">When its state changed last.</param>
/// <param name="IsNoted">True once the entry about its state is in the audit log.</param>
/// <param name="Sealed">Sealed facts; 1 to <see cref="MostSealedBytes"/> bytes. Empty once the person was erased.</param>
public sealed record ApprovalRow(
    string Id, ApprovalKind Kind, ReadOnlyMemory<byte> Digest, ReadOnlyMemory<byte> Party, ReadOnlyMemory<byte> Like, ApprovalState State, int Needed,
    DateTimeOffset At, DateTimeOffset Expires, DateTimeOffset Until, DateTimeOffset ChangedAt, bool IsNoted, ReadOnlyMemory<byte> Sealed)
{
    /// <summary>The most bytes of sealed facts.</summary>
    public const int MostSealedBytes = 384 << 10;

    /// <summary>
    /// Keyed digest of the people who can answer it, whose share of the open questions it uses; empty for a question that only its own party answers.
    /// </summary>
    public ReadOnlyMemory<byte> ApproverSet { get; init; }

    /// <summary>Refuses what would not come back as it went in.</summary>
    /// <exception cref="ArgumentException">A text, digest, number or sealed part is out of its range.</exception>
    public void Validate()
    {
        StoredText.Check(Id, nameof(Id));
        ArgumentException.ThrowIfNullOrEmpty(Id, nameof(Id));
        StoredText.CheckDigest(Digest, nameof(Digest));
        StoredText.CheckDigest(Party, nameof(Party));
        StoredText.CheckDigest(Like, nameof(Like));
        if (!ApproverSet.IsEmpty) StoredText.CheckDigest(ApproverSet, nameof(ApproverSet));
        if (!Enum.IsDefined(Kind) || !Enum.IsDefined(State)) throw new ArgumentException("The kind or the state is not known.", nameof(State));
        ArgumentOutOfRangeException.ThrowIfLessThan(Needed, 1);
        if (Until < Expires) throw new ArgumentException("The row would be forgotten before it is over.", nameof(Until));
        if (Sealed.Length is < 1 or > MostSealedBytes)
            throw new ArgumentException($"The sealed facts have {Sealed.Length} bytes.", nameof(Sealed));
    }
}

/// <summary>Kinds of questions. The numbers are stored.</summary>
public enum ApprovalKind
{
    /// <summary>Whether one call may be carried out.</summary>
    Call,

    /// <summary>Whether a right may be used for a time.</summary>
    Access,

    /// <summary>Whether an act of administration may be carried out.</summary>
    Act,

    /// <summary>Whether the person at the client wants one call. Its answer comes in the conversation that calls.</summary>
    Confirmation,
}

/// <summary>States of a question. The numbers are stored.</summary>
public enum ApprovalState
{
    /// <summary>It waits for people.</summary>
    Open,

    /// <summary>Enough people granted it, and it was not used yet.</summary>
    Granted,

    /// <summary>A person denied it.</summary>
    Denied,

    /// <summary>Its grant was used.</summary>
    Spent,

    /// <summary>Its time, or that of its grant, is over.</summary>
    Expired,

    /// <summary>It was closed without an answer, or its grant was withdrawn.</summary>
    Closed,
}
