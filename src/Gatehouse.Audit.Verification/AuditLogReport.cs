namespace Gatehouse.Audit.Verification;

/// <summary>What a check of a log found.</summary>
public sealed record AuditLogReport
{
    /// <summary>Most findings that are kept; the others are counted.</summary>
    public const int MostFindings = 1000;

    /// <summary>Entries that were read.</summary>
    public required long Entries { get; init; }

    /// <summary>How often a process began to write: each counts its entries from 1.</summary>
    public required int Runs { get; init; }

    /// <summary>Number of the first entry that is there; above 1 where older entries are not here. 0 in an empty log.</summary>
    public required long First { get; init; }

    /// <summary>Entries that the log itself says it lost.</summary>
    public required long Lost { get; init; }

    /// <summary>What is wrong, in the order in which it was seen.</summary>
    public required IReadOnlyList<AuditLogFinding> Findings { get; init; }

    /// <summary>Findings beyond <see cref="MostFindings"/>.</summary>
    public required long MoreFindings { get; init; }

    /// <summary>The evidence logs, oldest first.</summary>
    public IReadOnlyList<EvidenceLogReport> Logs { get; init; } = [];

    /// <summary>True where the check vouches for what <see cref="Statements"/> says.</summary>
    public bool IsVouched { get; init; }

    /// <summary>Statements of the verdict: the entries that are vouched for, the outside checkpoint behind it, and the limits of the check.</summary>
    public IReadOnlyList<string> Statements { get; init; } = [];

    /// <summary>Facts that are no findings: archived bundles, a torn end, entries that are not under a checkpoint yet.</summary>
    public IReadOnlyList<string> Facts { get; init; } = [];
}
