using System.Text.Json;
using System.Text.Json.Serialization;
using Gatehouse.Detection.Findings;
using Gatehouse.Inventory.Model;
using Gatehouse.Text;

namespace Gatehouse.Inventory.Output;

/// <summary>The report as versioned JSON; its schema is <c>docs/reference/scan.schema.json</c>.</summary>
public static class JsonReport
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Renders the report. Everything that is not ASCII is escaped, so that it is safe in a terminal too.</summary>
    public static string Render(ScanReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return JsonApostrophe.Restore(JsonSerializer.Serialize(
            new Dictionary<string, object> { ["version"] = ScanReport.FormatVersion, ["kind"] = "scan", ["scan"] = View(report) }, Options));
    }

    private static object View(ScanReport report) => new
    {
        report.At,
        Seconds = Math.Round(report.Duration.TotalSeconds, 3),
        Grade = new { Letter = report.Grade.Letter.ToString(), report.Grade.Reasons },
        Complete = !report.IsIncomplete,
        Totals = new
        {
            Servers = report.Servers.Count,
            Files = report.Files.Count,
            RuleFiles = report.RuleFiles.Count,
            Findings = report.Findings.Count,
            BySeverity = Enum.GetValues<Severity>()
                .ToDictionary(ReportText.Of, severity => report.Findings.Count(finding => finding.Rule.Severity == severity)),
            NotMeasured = report.Gaps.Count(gap => gap.IsFailure),
        },
        Servers = report.Servers.Select(View),
        Findings = report.Findings.Select(View),
        NotMeasured = report.Gaps.Select(gap => new { gap.What, gap.Why, Failed = gap.IsFailure }),
        report.Files,
        report.RuleFiles,
        Running = report.Running.Select(running => new { running.Process, running.CommandLine, running.Address, Configured = running.IsConfigured }),
        Listed = report.Listed.Select(
            listed => new
            {
                Server = listed.Server.Name,
                listed.Server.Client,
                listed.Server.Place.File,
                listed.Revision,
                Tools = listed.Tools.Select(tool => new { tool.Name, tool.Description })
            }),
    };

    private static object View(ServerEntry server) => new
    {
        server.Name,
        server.Client,
        Scope = ReportText.Scope(server.Scope),
        server.Place.File,
        server.Place.Line,
        Offset = server.Place.Offset < 0 ? (long?)null : server.Place.Offset,
        server.Transport,
        server.CommandLine,
        server.EnvironmentNames,
        server.HeaderNames,
        server.Folder,
        server.Folders,
        server.Url,
        Source = new
        {
            Kind = server.Source.Kind.ToString().ToLowerInvariant(),
            server.Source.Name,
            server.Source.Version,
            Pinned = server.Source.IsPinned
        },
        Wrapped = server.IsWrapped,
        Disabled = server.IsDisabled,
    };

    private static object View(Finding finding) => new
    {
        finding.Rule.Id,
        finding.Rule.Name,
        Severity = ReportText.Of(finding.Rule.Severity),
        Confidence = ReportText.Of(finding.Confidence),
        finding.Message,
        finding.Rule.Reason,
        finding.Rule.Remedy,
        Help = finding.Rule.HelpPage,
        finding.Place.File,
        finding.Place.Line,
        Column = finding.Place.Column > 0 ? finding.Place.Column : (int?)null,
        Offset = finding.Place.Offset < 0 ? (long?)null : finding.Place.Offset,
        Digest = finding.IsInRepository ? finding.Evidence : null,
        finding.Server,
        finding.Client,
        Text = finding.Text,
    };
}
