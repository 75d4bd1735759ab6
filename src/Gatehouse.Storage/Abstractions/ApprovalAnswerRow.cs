namespace Gatehouse.Storage.Abstractions;

/// <summary>One person's answer to a question.</summary>
/// <param name="ApprovalId">The question.</param>
/// <param name="Person">Keyed digest of the person. A question has at most one answer of a person.</param>
/// <param name="Grants">True for a grant, false for a denial.</param>
/// <param name="At">When the person answered.</param>
/// <param name="Until">When the row is forgotten.</param>
/// <param name="Way">The way by which the answer came, as a word.</param>
/// <param name="Shown">Digest of the text that the person was shown.</param>
/// <param name="Sealed">
/// Sealed facts about the person; 1 to <see cref="MostSealedBytes"/> bytes. Empty once the person was erased.
/// </param>
/// <param name="IsNoted">True once the entry about the answer is in the audit log.</param>
public sealed record ApprovalAnswerRow(
    string ApprovalId, ReadOnlyMemory<byte> Person, bool Grants, DateTimeOffset At, DateTimeOffset Until, string Way, ReadOnlyMemory<byte> Shown,
    ReadOnlyMemory<byte> Sealed, bool IsNoted)
{
    /// <summary>The most bytes of sealed facts.</summary>
    public const int MostSealedBytes = 16 << 10;

    /// <summary>Refuses what would not come back as it went in.</summary>
    /// <exception cref="ArgumentException">A text, digest or sealed part is out of its range.</exception>
    public void Validate()
    {
        StoredText.Check(ApprovalId, nameof(ApprovalId));
        ArgumentException.ThrowIfNullOrEmpty(ApprovalId, nameof(ApprovalId));
        StoredText.CheckDigest(Person, nameof(Person));
        StoredText.Check(Way, nameof(Way));
        StoredText.CheckDigest(Shown, nameof(Shown));
        if (Sealed.Length is < 1 or > MostSealedBytes)
            throw new ArgumentException($"The sealed facts have {Sealed.Length} bytes.", nameof(Sealed));
    }

    /// <summary>Refuses what is no act that withdraws a question in a state.</summary>
    /// <param name="from">The state of the question.</param>
    /// <exception cref="ArgumentException">A part is out of its range, it grants, or a question in that state is over.</exception>
    public void ValidateWithdrawal(ApprovalState from)
    {
        Validate();
        if (Grants) throw new ArgumentException("An act that withdraws a question grants nothing.", nameof(from));
        if (from is not (ApprovalState.Open or ApprovalState.Granted))
            throw new ArgumentException($"There is no change from {from} to {ApprovalState.Closed}.", nameof(from));
    }
}
