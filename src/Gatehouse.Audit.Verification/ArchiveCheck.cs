using Gatehouse.Audit.Verification.Logs;

namespace Gatehouse.Audit.Verification;

/// <summary>
/// Compares the bundles that are absent at the start of a log with those that the auditor knows to be archived. The threat: an operator without the
/// log's key deletes old bundles. Their hashes stay right, so no file shows whether the text was archived or destroyed (CWE-778).
/// </summary>
/// <param name="request">What the auditor brings.</param>
/// <param name="findings">Takes what is wrong.</param>
/// <param name="facts">Takes what is known and not wrong.</param>
internal sealed class ArchiveCheck(VerificationRequest request, FindingCollector findings, ICollection<string> facts)
{
    private readonly HashSet<ArchivedRange> used = [];

    /// <summary>Compares the absent bundles of one log.</summary>
    /// <param name="log">The log.</param>
    /// <param name="tree">Its tree, checked.</param>
    public void Check(LogSnapshot log, TreeCheck tree)
    {
        if (tree.Archived == 0) return;
        var (from, end) = (tree.ArchivedEnd - tree.Archived, tree.ArchivedEnd);
        foreach (var range in request.Archived.Where(range => range.Log == log.Name && range.First < end).OrderBy(range => range.First))
        {
            if (range.Last < tree.ArchivedEnd - tree.Archived) continue;
            used.Add(range);
            if (range.Last < from) continue;
            if (range.First > from) Report(log, from, range.First);
            from = Math.Max(from, range.Last < end ? range.Last + 1 : end);
        }

        if (from < end) Report(log, from, end);
        else facts.Add($"{log.Name}: the entries {tree.ArchivedRange} are not here; their bundles are given as archived. Their hashes are checked");
    }

    /// <summary>All logs were compared.</summary>
    public void End()
    {
        // A mistyped range would otherwise look like one that was accepted.
        foreach (var range in request.Archived.Where(range => !used.Contains(range) && range.Log != ArchivedRange.OfSegments))
            facts.Add($"--archived {range} names no absent bundle: no log here has that name, or the bundles of these entries are here");
    }

    private void Report(LogSnapshot log, long from, long end) => findings.Add(new LogPosition(log.Files.PathOf(""), 0, log.Name, from),
        AuditFindingKind.BundleMissing,
        $"the bundles with the entries {from} to {end - 1} are not here: archived or deleted. Their hashes are checked, and their text is not here. "
        + $"If the bundles are in your archive, give --archived {new ArchivedRange(log.Name, from, end - 1)}");
}
