using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Verification.Logs;

namespace Gatehouse.Audit.Verification;

/// <summary>
/// Compares the bundles that are absent from a log with those that the auditor knows to be archived. The threat: an operator without the
/// log's key deletes old bundles. Their hashes stay right, so no file shows whether the text was archived or destroyed (CWE-778).
/// </summary>
/// <param name="request">What the auditor brings.</param>
/// <param name="findings">Takes what is wrong.</param>
/// <param name="facts">Takes what is known and not wrong.</param>
internal sealed class ArchiveCheck(VerificationRequest request, FindingCollector findings, ICollection<string> facts)
{
    private const int MostNamed = 4; // logs or ranges in a fact

    private readonly HashSet<ArchivedRange> used = [];
    private readonly Dictionary<string, TreeCheck> compared = new(StringComparer.Ordinal);

    /// <summary>Compares the absent bundles of one log.</summary>
    /// <param name="log">The log.</param>
    /// <param name="tree">Its tree, checked.</param>
    public void Check(LogSnapshot log, TreeCheck tree)
    {
        compared[log.Name] = tree;
        foreach (var (from, end) in tree.Absent) Check(log, from, end);
        if (request.IsPart) return;
        foreach (var range in request.Archived.Where(used.Contains).Where(range => range.Log == log.Name)) AddPresent(range, tree);
    }

    /// <summary>All logs were compared.</summary>
    /// <param name="logs">The names of the logs that are here, also of those that could not be compared.</param>
    public void End(IReadOnlyList<string> logs)
    {
        // A mistyped range would otherwise look like one that was accepted.
        foreach (var range in request.Archived.Where(range => !used.Contains(range)))
        {
            if (!logs.Contains(range.Log, StringComparer.Ordinal))
                facts.Add($"--archived {range} names no absent bundle: no log here has that name. {Here(logs)}");
            // A part of a log does not show whether the bundles before it are here.
            else if (!request.IsPart && compared.TryGetValue(range.Log, out var tree))
                facts.Add($"--archived {range} names no absent bundle: {Absent(range.Log, tree)}");
        }
    }

    private static string Here(IReadOnlyList<string> logs) => logs.Count == 0 ? "There is no evidence log here"
        : $"Here {(logs.Count == 1 ? "is" : "are")} {string.Join(", ", logs.TakeLast(MostNamed))}{(logs.Count > MostNamed ? $" and {logs.Count - MostNamed} older ones" : "")}";

    private static string Absent(string log, TreeCheck tree) => tree.Archived > 0
        ? $"absent from {log} are the entries {tree.ArchivedRange}. Give {Options(log, tree.Absent)}"
        : tree.LacksFirst ? $"the first bundle of {log} is absent, and it is never accepted as archived. Put tile/entries/000 back"
        : $"no bundle of {log} is absent that could be archived. Leave the option out";

    private static string Options(string log, IEnumerable<(long From, long End)> ranges) =>
        string.Join(' ', ranges.Take(MostNamed).Select(one => $"--archived {WholeBundles(log, one.From, one.End)}"));

    private void Check(LogSnapshot log, long from, long end)
    {
        var start = from;
        foreach (var range in request.Archived.Where(range => range.Log == log.Name && range.First < end).OrderBy(range => range.First))
        {
            if (range.Last < start) continue;
            used.Add(range);
            if (range.Last < from) continue;
            if (range.First > from) Report(log, from, range.First);
            from = Math.Max(from, range.Last < end ? range.Last + 1 : end);
        }

        if (from < end) Report(log, from, end);
        else facts.Add($"{log.Name}: the entries {start} to {end - 1} are not here; their bundles are given as archived. Their hashes are checked");
    }

    private void Report(LogSnapshot log, long from, long end) => findings.Add(new LogPosition(log.Files.PathOf(""), log.Name, from),
        AuditFindingKind.BundleMissing,
        $"the bundles with the entries {from} to {end - 1} are not here: archived or deleted. Their hashes are checked, and their text is not here. "
        + $"If the bundles are in your archive, give this option, beside others: --archived {WholeBundles(log.Name, from, end)}");

    // A range that is too wide accepts a deletion that comes later.
    private void AddPresent(ArchivedRange range, TreeCheck tree)
    {
        List<string> present = [];
        List<(long From, long End)> right = [];
        var next = range.First;
        foreach (var (from, end) in tree.Absent.Where(one => one.From <= range.Last && one.End > range.First))
        {
            if (from > next) present.Add($"{next} to {from - 1}");
            right.Add((Math.Max(range.First, from), range.Last < end ? range.Last + 1 : end));
            next = end;
        }

        if (next <= range.Last) present.Add($"{next} to {range.Last}");
        if (present.Count > 0)
            facts.Add($"--archived {range} also names the entries {string.Join(" and ", present.Take(MostNamed))}, whose bundles are not absent: "
                + "the option would hide that they are deleted later. "
                + $"Give {Options(range.Log, right)}");
    }

    private static ArchivedRange WholeBundles(string log, long from, long end) =>
        new(log, from / TilePath.FullWidth * TilePath.FullWidth, (end + TilePath.FullWidth - 1) / TilePath.FullWidth * TilePath.FullWidth - 1);
}
