using System.Globalization;
using Gatehouse.Detection.Findings;
using Gatehouse.Integrity.Origins;
using Gatehouse.Text;

namespace Gatehouse.Inventory.Model;

/// <summary>Words and figures that every form of the report shares, so that they cannot differ.</summary>
internal static class ReportText
{
    public static string Of(Severity severity) => severity.ToString().ToLowerInvariant();

    public static string Of(Confidence confidence) => confidence.ToString().ToLowerInvariant();

    public static string Of(SourceLocation place) =>
        place.Line > 0 && place.Column > 0 ? string.Create(CultureInfo.InvariantCulture, $"{place.File}:{place.Line}:{place.Column}")
            : place.Line > 0 ? string.Create(CultureInfo.InvariantCulture, $"{place.File}:{place.Line}") : place.File;

    public static string Of(ServerOrigin source) => source.Kind switch
    {
        OriginKind.Npm or OriginKind.PyPi or OriginKind.NuGet or OriginKind.Image =>
            $"{source.Kind.ToString().ToLowerInvariant()} {source.Name}{(source.Version is null ? "" : " " + source.Version)}, {(source.IsPinned ? "pinned" : "not pinned")}",
        OriginKind.Repository => $"repository {source.Name}, {(source.IsPinned ? "pinned" : "not pinned")}",
        OriginKind.Remote => $"remote {source.Name}",
        _ => source.Kind.ToString().ToLowerInvariant(),
    };

    /// <summary>Returns the heading of a client's servers.</summary>
    public static string Client(string name) => name == "any" ? "Not specific to one client" : name;

    public static string Scope(LocationScope scope) => scope.ToString().ToLowerInvariant();

    /// <summary>Returns the counts of servers, files, findings by severity and gaps, all from the lists.</summary>
    public static string Totals(ScanReport report)
    {
        var bySeverity = Enum.GetValues<Severity>().Reverse()
            .Select(severity => (severity, count: report.Findings.Count(finding => finding.Rule.Severity == severity)))
            .Where(pair => pair.count > 0).Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.count} {Of(pair.severity)}"));
        var words = string.Join(", ", bySeverity);
        return string.Create(CultureInfo.InvariantCulture,
            $"{Counted.Of(report.Servers.Count, "server")} in {Counted.Of(report.Files.Count, "file")}; {Counted.Of(report.Findings.Count, "finding")}{(words.Length > 0 ? $" ({words})" : "")}; {report.Gaps.Count(gap => gap.IsFailure)} failed, {report.Gaps.Count(gap => !gap.IsFailure)} not asked");
    }

    /// <summary>Returns the same text with a capital at its beginning.</summary>
    public static string Sentence(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];
}
