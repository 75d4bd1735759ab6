using System.Globalization;
using System.Text;
using Gatehouse.Detection.Findings;
using Gatehouse.Inventory.Model;
using Gatehouse.Text;

namespace Gatehouse.Inventory.Output;

/// <summary>The report for a terminal: servers by client, findings under the server, gaps, the grade.</summary>
public static class TableReport
{
    private const int Widest = 400;

    /// <summary>Renders the report.</summary>
    /// <param name="report">The report.</param>
    /// <param name="colour">True when severities are coloured; the words say the same.</param>
    public static string Render(ScanReport report, bool colour) => Render(report, colour, VisibleText.Escape);

    /// <summary>Renders the report.</summary>
    /// <param name="report">The report.</param>
    /// <param name="colour">True when severities are coloured.</param>
    /// <param name="shown">Makes outside text safe on a terminal.</param>
    internal static string Render(ScanReport report, bool colour, Func<string, string> shown)
    {
        ArgumentNullException.ThrowIfNull(report);
        var text = new StringBuilder();
        var findings = new ServerFindings(report);
        foreach (var client in report.Servers.GroupBy(server => server.Client))
        {
            text.Append(Strong(shown(ReportText.Client(client.Key)), colour)).Append('\n');
            foreach (var server in client) Server(text, server, findings.Of(server), colour, shown);
        }

        if (findings.Rest.Count > 0) text.Append(Strong("Files and settings", colour)).Append('\n');
        foreach (var group in findings.Rest.GroupBy(finding => finding.Place.File))
        {
            text.Append("  ").Append(VisibleText.Cut(shown(group.Key), Widest)).Append('\n');
            foreach (var finding in group) Line(text, finding, colour, shown);
        }

        Running(text, report, colour, shown);
        Gaps(text, report, colour, shown);
        if (report.Servers.Count == 0) text.Append("No MCP server was found.\n");
        text.Append(CultureInfo.InvariantCulture, $"\n{ReportText.Totals(report)}; {report.Duration.TotalSeconds:0.0} s\n");
        var grade = report.Grade;
        text.Append(Strong($"Grade {grade.Letter}", colour)).Append(": ").Append(string.Join("; ", grade.Reasons)).Append('\n');
        if (report.Findings.Count > 0)
            text.Append("What to do: ").Append(Explanations(report)).Append('\n');
        return text.ToString();
    }

    // The ids are at the lines of the findings. One command is given whole, so that it can be copied.
    private static string Explanations(ScanReport report)
    {
        var ids = report.Findings.Select(static finding => finding.Rule.Id).Distinct(StringComparer.Ordinal).ToList();
        var first = $"gatehouse explain {ids[0]}";
        return ids.Count == 1 ? first : $"{first}; the same with {(ids.Count == 2 ? "the other id" : $"each of the other {ids.Count - 1} ids")} above";
    }

    private static void Server(StringBuilder text, ServerEntry server, IReadOnlyList<Finding> findings, bool colour,
        Func<string, string> shown)
    {
        var marks = (server.IsWrapped ? ", through Gatehouse" : "") + (server.IsDisabled ? ", switched off" : "")
            + (server.Scope == LocationScope.User ? "" : $", {ReportText.Scope(server.Scope)}");
        text.Append("  ").Append(Strong(VisibleText.Cut(shown(server.Name), 80), colour))
            .Append(CultureInfo.InvariantCulture, $"  {server.Transport}{marks}; {VisibleText.Cut(shown(ReportText.Of(server.Source)), Widest)}\n");
        text.Append("      ").Append(VisibleText.Cut(shown(server.CommandLine ?? server.Url ?? "(no command and no URL)"), Widest)).Append('\n');
        text.Append("      ").Append(VisibleText.Cut(shown(ReportText.Of(server.Place)), Widest)).Append('\n');
        if (server.EnvironmentNames.Count > 0)
            text.Append("      environment: ").Append(VisibleText.Cut(shown(string.Join(' ', server.EnvironmentNames)), Widest)).Append('\n');
        foreach (var finding in findings) Line(text, finding, colour, shown);
    }

    private static void Line(StringBuilder text, Finding finding, bool colour, Func<string, string> shown)
    {
        var severity = ReportText.Of(finding.Rule.Severity).PadRight(8);
        var doubt = finding.Confidence == Confidence.High ? "" : $" [{ReportText.Of(finding.Confidence)} confidence]";
        var line = finding.Place.Line > 0 ? string.Create(CultureInfo.InvariantCulture, $" (line {finding.Place.Line}{(finding.Place.Column > 0 ? $", column {finding.Place.Column}" : "")})") : "";
        text.Append("    ").Append(Coloured(severity, finding.Rule.Severity, colour)).Append(' ').Append(finding.Rule.Id).Append("  ")
            .Append(finding.Rule.Name)
            .Append(": ").Append(VisibleText.Cut(shown(finding.Message), Widest)).Append(line).Append(doubt).Append('\n');
    }

    private static void Running(StringBuilder text, ScanReport report, bool colour, Func<string, string> shown)
    {
        if (report.Running.Count == 0) return;
        text.Append(Strong("Running", colour)).Append('\n');
        foreach (var running in report.Running)
        {
            var what = running.Process is { } id
                ? string.Create(CultureInfo.InvariantCulture, $"process {id}: {running.CommandLine}") : running.Address!;
            text.Append("  ").Append(running.IsConfigured ? "configured      " : "not configured  ").Append(VisibleText.Cut(shown(what), Widest))
                .Append('\n');
        }
    }

    private static void Gaps(StringBuilder text, ScanReport report, bool colour, Func<string, string> shown)
    {
        if (report.Gaps.Count == 0) return;
        text.Append(Strong("Not measured", colour)).Append('\n');
        foreach (var gap in report.Gaps) text.Append("  ").Append(gap.IsFailure ? "failed     " : "not asked  ")
            .Append(VisibleText.Cut(shown($"{gap.What}: {gap.Why}"), Widest)).Append('\n');
    }

    private static string Strong(string text, bool colour) => colour ? $"\u001b[1m{text}\u001b[0m" : text;

    private static string Coloured(string text, Severity severity, bool colour)
    {
        var code = severity switch { Severity.Critical => "1;31", Severity.High => "31", Severity.Medium => "33", Severity.Low => "36", _ => "2" };
        return colour ? $"\u001b[{code}m{text}\u001b[0m" : text;
    }
}
