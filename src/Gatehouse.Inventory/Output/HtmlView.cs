using Gatehouse.Detection.Findings;
using Gatehouse.Inventory.Model;

namespace Gatehouse.Inventory.Output;

/// <summary>The report as the page shows it: findings by kind, servers and findings by client. Every figure is counted from these lists.</summary>
internal sealed class HtmlView
{
    // The first groups are open until so many findings are; a page with thousands opens as an overview.
    private const int OpenFindings = 60;

    /// <summary>Groups and counts the report.</summary>
    public HtmlView(ScanReport report)
    {
        Report = report;
        Clients = [.. report.Servers.Select(server => server.Client).Concat(report.Findings.Select(ClientOf)).Distinct()
            .Select((name, index) => new HtmlClient(index, name, [.. report.Servers.Where(server => server.Client == name)],
                [.. report.Findings.Where(finding => ClientOf(finding) == name)]))];
        var open = OpenFindings;
        Groups = [.. report.Findings.GroupBy(finding => finding.Rule)
            .OrderByDescending(group => group.Max(ScanGrade.Weight)).ThenByDescending(group => group.Key.Severity)
            .ThenByDescending(group => group.Count()).ThenBy(group => group.Key.Id, StringComparer.Ordinal)
            .Select(group => new HtmlGroup(group.Key, [.. group], (open -= group.Count()) >= 0))];
    }

    /// <summary>The report.</summary>
    public ScanReport Report { get; }

    /// <summary>Clients in the order of reading; findings of no client form the one named <c>any</c>.</summary>
    public IReadOnlyList<HtmlClient> Clients { get; }

    /// <summary>Findings by kind, the worst first.</summary>
    public IReadOnlyList<HtmlGroup> Groups { get; }

    /// <summary>All severities, the worst first.</summary>
    public static IReadOnlyList<Severity> Severities { get; } = [.. Enum.GetValues<Severity>().Reverse()];

    /// <summary>Returns the index of the finding's client.</summary>
    public int IndexOf(Finding finding) => Clients.First(client => client.Name == ClientOf(finding)).Index;

    /// <summary>Returns whether the filter for sure findings keeps it.</summary>
    public static bool IsSure(Finding finding) => finding.Confidence == Confidence.High;

    private static string ClientOf(Finding finding) => finding.Client ?? "any";
}
