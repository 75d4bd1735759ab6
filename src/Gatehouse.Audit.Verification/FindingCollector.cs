namespace Gatehouse.Audit.Verification;

/// <summary>Collects findings, within a bound.</summary>
internal sealed class FindingCollector
{
    private readonly List<AuditLogFinding> kept = [];

    /// <summary>The first ones.</summary>
    public IReadOnlyList<AuditLogFinding> Kept => kept;

    /// <summary>How many are not kept.</summary>
    public long More { get; private set; }

    /// <summary>Returns true where a finding of a kind about a log is kept.</summary>
    public bool Has(string log, AuditFindingKind kind) => kept.Exists(one => one.Log == log && one.Kind == kind);

    /// <summary>Adds a finding.</summary>
    public void Add(LogPosition place, AuditFindingKind kind, string detail, string? field = null)
    {
        if (kept.Count == AuditLogReport.MostFindings)
        {
            More++;
            return;
        }

        kept.Add(new AuditLogFinding(place.File, kind, detail)
        {
            Log = place.Log,
            Index = place.Index,
            Offset = place.Offset,
            Length = place.Length,
            Field = field,
        });
    }

    /// <summary>Takes the findings of another one.</summary>
    public void Add(FindingCollector other)
    {
        foreach (var finding in other.kept)
        {
            if (kept.Count < AuditLogReport.MostFindings) kept.Add(finding);
            else More++;
        }

        More += other.More;
    }
}
