using Gatehouse.Detection.Findings;
using Gatehouse.Integrity.Inspection;
using Gatehouse.Inventory.Model;

namespace Gatehouse.Inventory.Repositories;

/// <summary>Findings in files of repositories that a person accepted.</summary>
internal static class AcceptedSecrets
{
    /// <summary>Returns the findings that no entry hides, and one for each entry that is over or hides nothing.</summary>
    public static IEnumerable<Finding> Remove(ScanReport report, IReadOnlyList<FileSuppression> accepted, DateTimeOffset now)
    {
        var used = new HashSet<FileSuppression>();
        var kept = report.Findings.Where(finding => !finding.IsInRepository || !IsHidden(report, finding, accepted, now, used)).ToList();
        return kept.Concat(accepted.Where(one => one.Expires <= now || !used.Contains(one)).Select(one => About(one, one.Expires <= now)));
    }

    private static bool IsHidden(ScanReport report, Finding finding, IReadOnlyList<FileSuppression> accepted, DateTimeOffset now,
        HashSet<FileSuppression> used)
    {
        var hiding = accepted.Where(one => one.Expires > now && one.Id == finding.Rule.Id && (one.Digest is null || one.Digest == finding.Evidence)
            && report.Roots.Any(root => Path.GetFullPath(Path.Join(root, one.Path)) == finding.Place.File)).ToList();
        used.UnionWith(hiding);
        return hiding.Count > 0;
    }

    private static Finding About(FileSuppression one, bool isExpired) => new(
        isExpired ? DetectionRules.SuppressionExpired : DetectionRules.SuppressionUnused, Confidence.High,
        $"{one.Id} of {one.Path}{(isExpired ? SuppressionEnd.Until(one.Expires) : "")}",
        new SourceLocation(one.File, one.Line), null, null)
    { Evidence = $"{one.Id} {one.Path}" };
}
