using Gatehouse.Detection.Findings;
using Gatehouse.Integrity.Inspection;
using Gatehouse.Inventory.Checks;
using Gatehouse.Inventory.Discovery;
using Gatehouse.Inventory.Listing;
using Gatehouse.Inventory.Model;
using Gatehouse.Inventory.Repositories;
using Gatehouse.Inventory.Running;

namespace Gatehouse.Inventory;

/// <summary>
/// A scan of a machine and workspaces. It starts nothing and opens no connection, except for the probe and for <c>git</c>, each on request.
/// </summary>
public static class Scanner
{
    /// <summary>Scans the machine and the workspaces.</summary>
    /// <param name="options">The scope of the scan.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Ends the scan.</param>
    public static async Task<ScanReport> ScanAsync(ScanOptions options, TimeProvider time, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        var at = time.GetUtcNow();
        var began = time.GetTimestamp();
        var reading = new ScanReading(time, options.WalkLimit);
        if (options.Machine is { } machine) reading.ReadMachine(machine, options.KnownWorkspaces);
        foreach (var path in options.Paths) reading.ReadTree(path, cancellation);
        var servers = reading.Files.SelectMany(file => file.Servers).ToList();
        var findings = reading.Findings.Concat(servers.SelectMany(ServerChecks.Of)).Concat(AcrossChecks.Of(servers, options.Wrapped))
            .Concat(ToxicCombinations.Of(servers)).ToList();
        findings.AddRange(OfFiles(reading.Files, findings));
        foreach (var path in options.Secrets ? options.Paths : [])
        {
            var known = reading.Files.Select(file => file.File.Path).Concat(reading.RuleFiles).ToHashSet(StringComparer.Ordinal);
            var search = new RepositorySecrets(time, new SearchScope(options.History, options.SearchLimit, options.Progress), reading.Gaps);
            findings.AddRange(await search.SearchAsync(path, known, cancellation).ConfigureAwait(false));
        }

        if (options is { Secrets: true, History: false, Paths.Count: > 0 }) reading.Gaps.Add(new Gap("commit history",
            "not asked for; --history searches it", false));
        IReadOnlyList<RunningServer> running = [];
        if (options.Processes)
        {
            var (found, more) = await RunningServers.FindAsync(servers, options.Probe, reading.Gaps, cancellation).ConfigureAwait(false);
            running = found;
            findings.AddRange(more);
        }
        else
        {
            reading.Gaps.Add(new Gap("processes and ports", "not asked for", false));
        }

        return new ScanReport
        {
            At = at,
            Duration = time.GetElapsedTime(began),
            Servers = servers,
            Findings = Sorted(findings),
            Gaps = [.. reading.Gaps],
            Files = [.. reading.Files.Select(file => file.File.Path).Distinct(StringComparer.Ordinal)],
            RuleFiles = reading.RuleFiles,
            Running = running,
            Roots = options.Paths,
        };
    }

    /// <summary>Returns the report with the definitions of servers that were started, and their faults.</summary>
    /// <param name="report">The report.</param>
    /// <param name="listed">Their definitions.</param>
    /// <param name="inspectors">The inspectors of definitions.</param>
    /// <param name="gaps">The servers that could not be listed.</param>
    public static ScanReport With(this ScanReport report, IReadOnlyList<ListedServer> listed, IReadOnlyList<IToolInspector> inspectors,
        IEnumerable<Gap> gaps)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(listed);
        ArgumentNullException.ThrowIfNull(inspectors);
        var found = inspectors.SelectMany(inspector => inspector.Inspect(listed));
        return report with { Listed = listed, Findings = Sorted(report.Findings.Concat(found)), Gaps = [.. report.Gaps, .. gaps] };
    }

    /// <summary>Returns the report with findings of another check.</summary>
    /// <param name="report">The report.</param>
    /// <param name="findings">The findings.</param>
    /// <param name="gaps">What the check did not measure.</param>
    public static ScanReport With(this ScanReport report, IReadOnlyList<Finding> findings, IReadOnlyList<Gap> gaps)
    {
        ArgumentNullException.ThrowIfNull(report);
        return report with { Findings = Sorted(report.Findings.Concat(findings)), Gaps = [.. report.Gaps, .. gaps] };
    }

    /// <summary>Returns the report without the findings in files that a person accepted. An entry that is over or hides nothing is a
    /// finding.</summary>
    /// <param name="report">The report.</param>
    /// <param name="accepted">The accepted findings.</param>
    /// <param name="now">The time of the scan.</param>
    public static ScanReport Without(this ScanReport report, IReadOnlyList<FileSuppression> accepted, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(accepted);
        return accepted.Count == 0 ? report : report with { Findings = Sorted(AcceptedSecrets.Remove(report, accepted, now)) };
    }

    private static IEnumerable<Finding> OfFiles(IReadOnlyList<ReadFile> files, IReadOnlyList<Finding> found)
    {
        var told = found.Where(finding => IsSecret(finding.Rule)).Select(finding => finding.Place).ToHashSet();
        // A file can be at two places of the table (two clients read it): it is judged once.
        foreach (var file in files.DistinctBy(file => file.File.Path))
        {
            foreach (var finding in FileChecks.Of(file)) yield return finding;
            var secrets = FileSecrets.Of(file, told).ToList();
            foreach (var finding in secrets) yield return finding;
            var holds = secrets.Count > 0 || found.Any(finding => IsSecret(finding.Rule) && finding.Place.File == file.File.Path);
            if (holds && FileChecks.Readable(file.File.Path, file.File.Place.Client) is { } readable) yield return readable;
        }
    }

    private static bool IsSecret(FindingRule rule) => rule.Id.StartsWith("GHS4", StringComparison.Ordinal);

    // Two clients can read one file, and two checks can find the same fault: one place has a finding once, with the higher confidence.
    private static List<Finding> Sorted(IEnumerable<Finding> findings) =>
        [.. findings.OrderByDescending(finding => finding.Rule.Severity).ThenByDescending(finding => finding.Confidence)
            .ThenBy(finding => finding.Rule.Id, StringComparer.Ordinal).ThenBy(finding => finding.Place.File, StringComparer.Ordinal)
            .ThenBy(finding => finding.Place.Line)
            .DistinctBy(finding => (finding.Rule, finding.Message, finding.Place, finding.Server, finding.Text))];
}
