namespace Gatehouse.Audit.Verification;

/// <summary>Collects findings, within a bound.</summary>
internal sealed class FindingCollector
{
    private readonly List<AuditLogFinding> kept = [];

    /// <summary>The first ones.</summary>
    public IReadOnlyList<AuditLogFinding> Kept => kept;

    /// <summary>How many are not kept.</summary>
    public long More { get; private set; }

    public void Add(LogPosition place, AuditFindingKind kind, string detail)
    {
        if (kept.Count < AuditLogReport.MostFindings) kept.Add(new AuditLogFinding(place.File, place.Line, kind, detail));
        else More++;
    }
}
