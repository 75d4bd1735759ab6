using Gatehouse.Inventory.Model;

namespace Gatehouse.Inventory.Output;

/// <summary>
/// Findings of a report by the entry that they are shown under: the same client, name and file. A file can name a server twice: a finding is shown
/// once, under the entry nearest above it.
/// </summary>
public sealed class ServerFindings
{
    // A file can have a thousand entries of one name with many findings each. Entries are compared with findings by a key and a place that are
    // made once, because a comparison of each with each would take minutes (CWE-407).
    private readonly Dictionary<ServerEntry, List<Finding>> under = new(ReferenceEqualityComparer.Instance);
    private readonly List<Finding> rest = [];

    /// <summary>Groups the findings of a report.</summary>
    /// <param name="report">The report.</param>
    public ServerFindings(ScanReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var entries = report.Servers.GroupBy(server => (server.Client, server.Name, server.Place.File))
            .ToDictionary(group => group.Key, group => new Entries([.. group]));
        foreach (var finding in report.Findings)
        {
            if (finding is { Client: { } client, Server: { } name } && entries.TryGetValue((client, name, finding.Place.File), out var named))
                Under(named.Above(finding.Place.Line)).Add(finding);
            else rest.Add(finding);
        }
    }

    /// <summary>Findings that are shown under no entry, in the order of the report.</summary>
    public IReadOnlyList<Finding> Rest => rest;

    /// <summary>Returns the findings that are shown under the entry, in the order of the report.</summary>
    public IReadOnlyList<Finding> Of(ServerEntry server) => under.TryGetValue(server, out var found) ? found : [];

    private List<Finding> Under(ServerEntry server)
    {
        if (!under.TryGetValue(server, out var found)) under[server] = found = [];
        return found;
    }

    // Entries of one client, name and file. Their lines need not rise: an entry of YAML can be an alias.
    private sealed class Entries
    {
        private readonly List<ServerEntry> entries;
        private readonly List<int> lines;
        private readonly List<int> last = [];

        public Entries(List<ServerEntry> entries)
        {
            this.entries = entries;
            var ordered = entries.Select((server, index) => (server.Place.Line, Index: index)).OrderBy(entry => entry.Line).ToList();
            lines = [.. ordered.Select(entry => entry.Line)];
            foreach (var (_, index) in ordered) last.Add(Math.Max(index, last.Count == 0 ? 0 : last[^1]));
        }

        // The last entry of the report whose line is not below the given one, or the first entry.
        public ServerEntry Above(int line)
        {
            var (low, high) = (0, lines.Count);
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (lines[middle] <= line) low = middle + 1;
                else high = middle;
            }

            return entries[low == 0 ? 0 : last[low - 1]];
        }
    }
}
