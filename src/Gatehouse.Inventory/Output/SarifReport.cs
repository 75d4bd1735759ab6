using System.Globalization;
using System.Text.Json.Nodes;
using Gatehouse.Detection.Findings;
using Gatehouse.Inventory.Model;
using Gatehouse.Inventory.Reading;
using Gatehouse.Text;

namespace Gatehouse.Inventory.Output;

/// <summary>The report as SARIF 2.1.0 (OASIS), for GitHub code scanning, Azure DevOps and others.</summary>
public static class SarifReport
{
    private const string Root = "SRCROOT";

    /// <summary>Renders the report.</summary>
    /// <param name="report">The report.</param>
    /// <param name="version">Version of Gatehouse.</param>
    public static string Render(ScanReport report, string version)
    {
        ArgumentNullException.ThrowIfNull(report);
        return WrittenJson.Of(new JsonFields
        {
            ["$schema"] = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
            ["version"] = "2.1.0",
            ["runs"] = JsonArrays.One(Run(report, version)),
        });
    }

    private static JsonFields Run(ScanReport report, string version)
    {
        var rules = report.Findings.Select(finding => finding.Rule).Distinct().OrderBy(rule => rule.Id, StringComparer.Ordinal).ToList();
        var fingerprints = Fingerprints(report);
        return new JsonFields
        {
            ["tool"] = new JsonFields
            {
                ["driver"] = new JsonFields
                { ["name"] = "Gatehouse", ["semanticVersion"] = version, ["rules"] = rules.Select(Rule).ToJsonArray() },
            },
            ["columnKind"] = "utf16CodeUnits",
            ["originalUriBaseIds"] = report.Roots.Count == 0
                ? null : new JsonFields { [Root] = new JsonFields { ["uri"] = FileUri(report.Roots[0]) + "/" } },
            ["invocations"] = JsonArrays.One(new JsonFields
            {
                ["executionSuccessful"] = !report.IsIncomplete,
                ["toolExecutionNotifications"] = report.Gaps.Select(gap => Notification(gap, report)).ToJsonArray(),
            }),
            ["results"] = report.Findings
                .Select((finding, at) => Result(finding, rules.IndexOf(finding.Rule), report, fingerprints[at])).ToJsonArray(),
            ["properties"] = new JsonFields
            { ["grade"] = report.Grade.Letter.ToString(), ["gradeReasons"] = report.Grade.Reasons.ToJsonArray() },
        };
    }

    private static JsonFields Rule(FindingRule rule) => new()
    {
        ["id"] = rule.Id,
        ["name"] = string.Concat(rule.Name.Split(' ', '-').Select(word => char.ToUpperInvariant(word[0]) + word[1..]))
            .Replace(",", "", StringComparison.Ordinal),
        ["shortDescription"] = Text(Sentence(rule.Name)),
        ["fullDescription"] = Text(rule.Reason),
        ["help"] = new JsonFields
        { ["text"] = $"{rule.Reason} {rule.Remedy}", ["markdown"] = $"{rule.Reason}\n\n**Remedy.** {rule.Remedy}" },
        ["defaultConfiguration"] = new JsonFields { ["level"] = Level(rule.Severity) },
        ["properties"] = new JsonFields
        {
            ["tags"] = new JsonArray("security", "mcp"),
            // GitHub reads this member: over 9 is critical, over 7 high, over 4 medium.
            ["security-severity"] =
                rule.Severity switch
                {
                    Severity.Critical => "9.5",
                    Severity.High => "8.0",
                    Severity.Medium => "5.5",
                    Severity.Low => "2.5",
                    _ => "0.0"
                },
        },
    };

    private static JsonFields Result(Finding finding, int index, ScanReport report, string fingerprint) => new()
    {
        ["ruleId"] = finding.Rule.Id,
        ["ruleIndex"] = index,
        ["level"] = Level(finding.Rule.Severity),
        ["message"] = Text(Sentence(
            $"{finding.Rule.Name}: {VisibleText.Bounded(finding.Message, 900)}{(finding.Server is null ? "" : $" (server {VisibleText.Bounded(
                finding.Server, 100)})")}")),
        ["locations"] = JsonArrays.One(Location(finding, report)),
        ["partialFingerprints"] = new JsonFields { ["gatehouseFinding/v2"] = fingerprint },
        ["rank"] = finding.Confidence switch { Confidence.High => 90.0, Confidence.Medium => 60.0, _ => 30.0 },
        ["properties"] = new JsonFields
        {
            ["severity"] = ReportText.Of(finding.Rule.Severity),
            ["confidence"] = ReportText.Of(finding.Confidence),
            ["remedy"] = finding.Rule.Remedy,
            ["client"] = finding.Client,
        },
    };

    private static JsonFields Location(Finding finding, ScanReport report)
    {
        var isFile = Path.IsPathFullyQualified(finding.Place.File) && !IsProcess(finding.Place.File);
        return new JsonFields
        {
            ["physicalLocation"] = isFile
                ? new JsonFields { ["artifactLocation"] = Artifact(finding.Place.File, report), ["region"] = Region(finding.Place) } : null,
            ["logicalLocations"] = JsonArrays.One(
                new JsonFields { ["name"] = VisibleText.Escape(finding.Server ?? Shown(finding.Place.File, report)), ["kind"] = "resource" }),
        };
    }

    private static JsonFields? Region(SourceLocation place) => PackedExtension.IsOne(place.File) ? null : new JsonFields
    {
        ["startLine"] = Math.Max(1, place.Line),
        ["startColumn"] = place.Column > 0 ? place.Column : null,
    };

    private static JsonFields Notification(Gap gap, ScanReport report) => new()
    {
        ["level"] = gap.IsFailure ? "error" : "note",
        ["message"] = Text(Sentence($"not measured: {VisibleText.Bounded(ShownIn(gap.What, report), 900)}: {VisibleText.Bounded(gap.Why, 900)}")),
    };

    private static JsonFields Artifact(string file, ScanReport report) => RelativeTo(file, report) is { } relative
        ? new() { ["uri"] = relative, ["uriBaseId"] = Root } : new() { ["uri"] = FileUri(file) };

    private static JsonFields Text(string text) => new() { ["text"] = text };

    private static string? RelativeTo(string file, ScanReport report) =>
        Within(file, report) is { } relative ? string.Join('/', relative.Split('/').Select(Uri.EscapeDataString)) : null;

    private static string? Within(string file, ScanReport report)
    {
        if (report.Roots.Count == 0) return null;
        var relative = Path.GetRelativePath(report.Roots[0], file);
        return relative.StartsWith("..", StringComparison.Ordinal) || Path.IsPathRooted(relative) ? null
            : relative.Replace(Path.DirectorySeparatorChar, '/');
    }

    // The folder of the checkout differs between machines, and its name may be that of a person.
    private static string Shown(string file, ScanReport report) => Path.IsPathFullyQualified(file) ? Within(file, report) ?? file : file;

    private static string ShownIn(string what, ScanReport report)
    {
        if (report.Roots.Count == 0) return what;
        var root = Path.TrimEndingDirectorySeparator(report.Roots[0]);
        if (what == root) return ".";
        if (what.EndsWith(" " + root, StringComparison.Ordinal)) return what[..^root.Length] + ".";
        var inside = root + Path.DirectorySeparatorChar;
        return what.StartsWith(inside, StringComparison.Ordinal) ? what[inside.Length..] : what.Replace(" " + inside, " ", StringComparison.Ordinal);
    }

    private static string FileUri(string path) =>
        "file://" + (path.StartsWith('/') ? "" : "/") + string.Join('/', path.TrimEnd('/', '\\').Split('/', '\\').Select(Uri.EscapeDataString))
            .Replace("%3A", ":", StringComparison.Ordinal);

    // Neither the line, which changes with the lines above it, nor the message. A process has another number each time. Findings that nothing else
    // tells apart are counted.
    private static List<string> Fingerprints(ScanReport report)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        return [.. report.Findings.Select(finding =>
        {
            var file = IsProcess(finding.Place.File) ? "" : RelativeTo(finding.Place.File, report) ?? finding.Place.File;
            string?[] parts = [finding.Rule.Id, file, finding.Server, finding.Client, finding.Text?.Kind, finding.Text?.Name, finding.Text?.Pointer,
                finding.Evidence];
            var first = SarifFingerprint.Of(parts);
            var before = seen[first] = seen.GetValueOrDefault(first, -1) + 1;
            return before == 0 ? first : SarifFingerprint.Of([.. parts, before.ToString(CultureInfo.InvariantCulture)]);
        })];
    }

    private static bool IsProcess(string file) => file.StartsWith("/proc/", StringComparison.Ordinal);

    private static string Level(Severity severity) =>
        severity switch { Severity.Critical or Severity.High => "error", Severity.Medium => "warning", _ => "note" };

    private static string Sentence(string text) => string.Create(CultureInfo.InvariantCulture, $"{char.ToUpperInvariant(text[0])}{text[1..]}.");
}
