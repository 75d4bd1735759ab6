namespace Gatehouse.Storage.Abstractions;

/// <summary>
/// Bounds of questions that are not over. Each bound includes the question that is added. Those of bytes hold once more for finished questions.
/// </summary>
/// <remarks>
/// Threat (CWE-770): each question keeps the whole message sealed, so that a bound of their number leaves one caller a share of the disk that grows
/// with the size of the messages.
/// </remarks>
/// <param name="MostOpenOfParty">Open questions of one party, 1 or more.</param>
/// <param name="MostOpen">Open questions of all parties, 1 or more.</param>
/// <param name="MostBytesOfParty">Sealed bytes of the open and granted questions of one party, 1 or more.</param>
/// <param name="MostBytes">Sealed bytes of the open and granted questions of all parties, 1 or more.</param>
public sealed record ApprovalBounds(int MostOpenOfParty, int MostOpen, long MostBytesOfParty, long MostBytes)
{
    /// <summary>
    /// Open questions that the same people can answer (<see cref="ApprovalRow.ApproverSet"/>), 1 or more. Threat: many callers, each within its own
    /// bound, put more questions to one person than a person can read.
    /// </summary>
    public int MostOpenOfApproverSet { get; init; } = int.MaxValue;

    /// <summary>Those of them that are of one party, 1 or more: no party takes all of them.</summary>
    public int MostOpenOfPartyInApproverSet { get; init; } = int.MaxValue;

    /// <summary>Refuses bounds out of their range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is less than 1.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MostOpenOfParty, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MostOpen, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MostBytesOfParty, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MostBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MostOpenOfApproverSet, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MostOpenOfPartyInApproverSet, 1);
    }
}
