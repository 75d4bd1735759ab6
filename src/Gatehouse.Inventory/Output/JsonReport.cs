using System.Text.Json.Nodes;
using Gatehouse.Detection.Findings;
using Gatehouse.Inventory.Model;
using Gatehouse.Text;

namespace Gatehouse.Inventory.Output;

/// <summary>The report as versioned JSON; its schema is <c>docs/reference/scan.schema.json</c>.</summary>
public static class JsonReport
{
    /// <summary>Renders the report. Everything that is not ASCII is escaped, so that it is safe in a terminal too.</summary>
    public static string Render(ScanReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return WrittenJson.Of(WrittenJson.Versioned(ScanReport.FormatVersion, "scan", View(report)));
    }

    private static JsonObject View(ScanReport report) => new JsonFields
    {
        ["at"] = report.At,
        ["seconds"] = Math.Round(report.Duration.TotalSeconds, 3),
        ["grade"] = new JsonFields { ["letter"] = report.Grade.Letter.ToString(), ["reasons"] = report.Grade.Reasons.ToJsonArray() },
        ["complete"] = !report.IsIncomplete,
        ["totals"] = Totals(report),
        ["servers"] = report.Servers.Select(View).ToJsonArray(),
        ["findings"] = report.Findings.Select(View).ToJsonArray(),
        ["notMeasured"] = report.Gaps.Select(gap => new JsonFields { ["what"] = gap.What, ["why"] = gap.Why, ["failed"] = gap.IsFailure })
            .ToJsonArray(),
        ["files"] = report.Files.ToJsonArray(),
        ["ruleFiles"] = report.RuleFiles.ToJsonArray(),
        ["running"] = report.Running.Select(View).ToJsonArray(),
        ["listed"] = report.Listed.Select(View).ToJsonArray(),
    };

    private static JsonFields Totals(ScanReport report) => new()
    {
        ["servers"] = report.Servers.Count,
        ["files"] = report.Files.Count,
        ["ruleFiles"] = report.RuleFiles.Count,
        ["findings"] = report.Findings.Count,
        ["bySeverity"] = new JsonObject(Enum.GetValues<Severity>().Select(severity => KeyValuePair.Create(
            ReportText.Of(severity), (JsonNode?)report.Findings.Count(finding => finding.Rule.Severity == severity)))),
        ["notMeasured"] = report.Gaps.Count(gap => gap.IsFailure),
    };

    private static JsonFields View(RunningServer running) => new()
    {
        ["process"] = running.Process,
        ["commandLine"] = running.CommandLine,
        ["address"] = running.Address,
        ["configured"] = running.IsConfigured,
    };

    private static JsonFields View(ListedServer listed) => new()
    {
        ["server"] = listed.Server.Name,
        ["client"] = listed.Server.Client,
        ["file"] = listed.Server.Place.File,
        ["revision"] = listed.Revision,
        ["tools"] = listed.Tools.Select(tool => new JsonFields { ["name"] = tool.Name, ["description"] = tool.Description }).ToJsonArray(),
    };

    private static JsonFields View(ServerEntry server) => new()
    {
        ["name"] = server.Name,
        ["client"] = server.Client,
        ["scope"] = ReportText.Scope(server.Scope),
        ["file"] = server.Place.File,
        ["line"] = server.Place.Line,
        ["offset"] = server.Place.Offset < 0 ? null : server.Place.Offset,
        ["transport"] = server.Transport,
        ["commandLine"] = server.CommandLine,
        ["environmentNames"] = server.EnvironmentNames.ToJsonArray(),
        ["headerNames"] = server.HeaderNames.ToJsonArray(),
        ["folder"] = server.Folder,
        ["folders"] = server.Folders.ToJsonArray(),
        ["url"] = server.Url,
        ["source"] = new JsonFields
        {
            ["kind"] = server.Source.Kind.ToString().ToLowerInvariant(),
            ["name"] = server.Source.Name,
            ["version"] = server.Source.Version,
            ["pinned"] = server.Source.IsPinned,
        },
        ["wrapped"] = server.IsWrapped,
        ["disabled"] = server.IsDisabled,
    };

    private static JsonFields View(Finding finding) => new()
    {
        ["id"] = finding.Rule.Id,
        ["name"] = finding.Rule.Name,
        ["severity"] = ReportText.Of(finding.Rule.Severity),
        ["confidence"] = ReportText.Of(finding.Confidence),
        ["message"] = finding.Message,
        ["reason"] = finding.Rule.Reason,
        ["remedy"] = finding.Rule.Remedy,
        ["help"] = finding.Rule.HelpPage,
        ["file"] = finding.Place.File,
        ["line"] = finding.Place.Line,
        ["column"] = finding.Place.Column > 0 ? finding.Place.Column : null,
        ["offset"] = finding.Place.Offset < 0 ? null : finding.Place.Offset,
        ["digest"] = finding.IsInRepository ? finding.Evidence : null,
        ["server"] = finding.Server,
        ["client"] = finding.Client,
        ["text"] = finding.Text is { } text ? View(text) : null,
    };

    private static JsonFields View(FoundText text) => new()
    {
        ["kind"] = text.Kind,
        ["name"] = text.Name,
        ["pointer"] = text.Pointer,
        ["start"] = text.Start,
        ["length"] = text.Length,
    };
}
