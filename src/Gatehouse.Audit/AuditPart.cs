namespace Gatehouse.Audit;

/// <summary>
/// A typed part of an entry: one act of the pipeline in the exchange (<see cref="AuditPartKind"/>). Counts of such acts count
/// parts, so that a refused attempt before authentication is as visible as a call (ID-08).
/// </summary>
/// <param name="Kind">The kind of act.</param>
/// <param name="Outcome">The end of the act.</param>
/// <param name="Reason">The slug of the true reason, or null when there is nothing to explain.</param>
/// <param name="Detail">The id of the rule, key or check concerned, the digest of a definition, or its kind and name; the scopes that a challenge
/// asks for; of a failing server the fault. Written in clear, so never a text that a server or a caller chose freely (<see cref="Words"/>).</param>
/// <param name="Count">The number of equal acts that the part represents; 1 unless repeated refusals were joined.</param>
public sealed record AuditPart(AuditPartKind Kind, AuditOutcome Outcome, string? Reason = null, string? Detail = null, int Count = 1)
{
    /// <summary>
    /// Text that a server or another party chose, escaped and cut, or null. The threat: it names a person, and stays in the log after every erasure.
    /// It is sealed with the personal facts of the entry; a reader with the key has it at the end of the detail (DP-03).
    /// </summary>
    public string? Words { get; init; }
}
