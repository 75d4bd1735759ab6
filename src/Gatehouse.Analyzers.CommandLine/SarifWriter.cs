using System.Globalization;
using System.Text.Json.Nodes;
using Gatehouse.Analyzers.Findings;
using Microsoft.CodeAnalysis;

namespace Gatehouse.Analyzers.CommandLine;

/// <summary>A report as SARIF 2.1.0 (OASIS).</summary>
internal static class SarifWriter
{
    private const string Root = "SRCROOT";

    public static JsonObject Write(SourceReport report, string version)
    {
        var used = Rules.All.Where(rule => report.Findings.Any(finding => finding.Rule == rule.Id)).ToList();
        var folder = Directory.Exists(report.Root) ? report.Root : Path.GetDirectoryName(report.Root)!;
        return new JsonObject
        {
            ["$schema"] = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
            ["version"] = "2.1.0",
            ["runs"] = new JsonArray(new JsonObject
            {
                ["tool"] = new JsonObject
                {
                    ["driver"] = new JsonObject
                    {
                        ["name"] = "Gatehouse.Analyzers",
                        ["semanticVersion"] = version,
                        ["rules"] = new JsonArray([.. used.Select(Rule)]),
                    },
                },
                ["columnKind"] = "utf16CodeUnits",
                ["originalUriBaseIds"] = new JsonObject { [Root] = new JsonObject { ["uri"] = new Uri(folder + "/").AbsoluteUri } },
                ["invocations"] = new JsonArray(new JsonObject
                {
                    ["executionSuccessful"] = report.Skipped.Count == 0,
                    ["toolExecutionNotifications"] = new JsonArray([.. report.Skipped.Select(Notification)]),
                    ["properties"] = new JsonObject { ["files"] = report.Files, ["projects"] = report.Projects, ["unbound"] = report.Unbound },
                }),
                ["results"] = new JsonArray([.. report.Findings.Select(finding =>
                    Result(finding, used, folder))]),
            }),
        };
    }

    private static string Level(DiagnosticDescriptor rule) => rule.DefaultSeverity == DiagnosticSeverity.Error ? "error" : "warning";

    private static JsonObject Rule(DiagnosticDescriptor rule) => new()
    {
        ["id"] = rule.Id,
        ["shortDescription"] = Text(rule.Title.ToString(CultureInfo.InvariantCulture) + "."),
        ["defaultConfiguration"] = new JsonObject { ["level"] = Level(rule) },
        ["properties"] = new JsonObject { ["tags"] = new JsonArray("security", "mcp") },
    };

    private static JsonObject Result(SourceFinding finding, List<DiagnosticDescriptor> rules, string folder) => new()
    {
        ["ruleId"] = finding.Rule,
        ["ruleIndex"] = rules.FindIndex(rule => rule.Id == finding.Rule),
        ["level"] = Level(rules.Find(rule => rule.Id == finding.Rule)!),
        ["message"] = Text(finding.Message),
        ["locations"] = new JsonArray(new JsonObject
        {
            ["physicalLocation"] = new JsonObject
            {
                ["artifactLocation"] = new JsonObject
                {
                    ["uri"] = string.Join('/', Path.GetRelativePath(folder,
                        finding.File).Split(Path.DirectorySeparatorChar).Select(Uri.EscapeDataString)),
                    ["uriBaseId"] = Root,
                },
                ["region"] = new JsonObject
                {
                    ["startLine"] = finding.Line,
                    ["startColumn"] = finding.Column,
                    ["endLine"] = finding.EndLine,
                    ["endColumn"] = finding.EndColumn,
                },
            },
        }),
    };

    private static JsonObject Notification(string text) => new() { ["level"] = "warning", ["message"] = Text(text) };

    private static JsonObject Text(string text) => new() { ["text"] = text };
}
