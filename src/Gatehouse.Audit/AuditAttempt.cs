namespace Gatehouse.Audit;

/// <summary>
/// Attempts to authenticate at one place with one end (ID-08). Each attempt is in exactly one entry of the log: the sum of the counts of all entries
/// is the number of attempts. The source is that of the entry: its caller, or <see cref="AuditEntry.Peer"/>.
/// </summary>
public sealed record AuditAttempt
{
    /// <summary>Makes one attempt.</summary>
    /// <param name="place">The place.</param>
    /// <param name="refusal">The reason for the refusal, which becomes one of <see cref="AttemptReasons"/>; null where it was accepted.</param>
    public AuditAttempt(AttemptPlace place, string? refusal)
    {
        Place = place;
        Refusal = refusal is null ? null : AttemptReasons.Of(refusal);
    }

    /// <summary>The place.</summary>
    public AttemptPlace Place { get; }

    /// <summary>The reason for the refusal; null where the attempts were accepted.</summary>
    public string? Refusal { get; }

    /// <summary>The number of attempts, 1 or more.</summary>
    public long Count { get; init; } = 1;

    /// <summary>The time of the first, where there are several; for one attempt the time of the entry.</summary>
    public DateTimeOffset? First { get; init; }

    /// <summary>The time of the last.</summary>
    public DateTimeOffset? Last { get; init; }
}
