using System.Text.Json;
using System.Text.RegularExpressions;
using Gatehouse.Detection.Findings;
using Gatehouse.Inventory.Model;
using Gatehouse.Inventory.Output;

namespace Gatehouse.Inventory.Tests;

/// <summary>Whatever the report: the four outputs tell the same findings, gaps, totals and grade, and totals equal details.</summary>
[Trait("Requirement", "IN-01")]
[Trait("Requirement", "SC-04")]
public sealed partial class TotalsTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 150)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void FourOutputs_AgreeInEveryFigure(int seed)
    {
        var report = RandomReport.Of(seed);
        using var json = JsonDocument.Parse(JsonReport.Render(report));
        using var sarif = JsonDocument.Parse(SarifReport.Render(report, "1.0.0"));
        var (table, html) = (TableReport.Render(report, colour: false), HtmlReport.Render(report));
        var (scan, run) = (json.RootElement.GetProperty("scan"), sarif.RootElement.GetProperty("runs")[0]);

        // Findings by kind, in each output.
        var expected = report.Findings.Select(finding => finding.Rule.Id).Order().ToList();
        Assert.Equal(expected, scan.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("id").GetString()!).Order());
        Assert.Equal(expected, run.GetProperty("results").EnumerateArray().Select(result => result.GetProperty("ruleId").GetString()!).Order());
        Assert.Equal(expected, TableLine().Matches(table).Select(match => match.Groups[1].Value).Order());
        Assert.Equal(expected, FindingsOf(html).Order());

        // Totals are counts of the details beside them.
        var totals = scan.GetProperty("totals");
        Assert.Equal(scan.GetProperty("servers").GetArrayLength(), totals.GetProperty("servers").GetInt32());
        Assert.Equal(scan.GetProperty("files").GetArrayLength(), totals.GetProperty("files").GetInt32());
        Assert.Equal(scan.GetProperty("ruleFiles").GetArrayLength(), totals.GetProperty("ruleFiles").GetInt32());
        Assert.Equal(expected.Count, totals.GetProperty("findings").GetInt32());
        foreach (var severity in totals.GetProperty("bySeverity").EnumerateObject())
            Assert.Equal(scan.GetProperty("findings").EnumerateArray().Count(finding => finding.GetProperty("severity").GetString() == severity.Name),
                severity.Value.GetInt32());
        Assert.Equal(report.Gaps.Count(gap => gap.IsFailure), totals.GetProperty("notMeasured").GetInt32());
        var words = ReportText.Totals(report);
        static string S(int count) => count == 1 ? "" : "s";
        Assert.StartsWith($"{report.Servers.Count} server{S(report.Servers.Count)} in {report.Files.Count} file{S(report.Files.Count)}; {expected.Count} finding{S(expected.Count)}", words, StringComparison.Ordinal);
        Assert.EndsWith($"; {report.Gaps.Count(gap => gap.IsFailure)} failed, {report.Gaps.Count(gap => !gap.IsFailure)} not asked",
            words, StringComparison.Ordinal);
        Assert.Contains(words, table, StringComparison.Ordinal);
        Assert.Contains(words, html, StringComparison.Ordinal);

        // What was not measured.
        Assert.Equal(report.Gaps.Count, scan.GetProperty("notMeasured").GetArrayLength());
        var invocation = run.GetProperty("invocations")[0];
        Assert.Equal(report.Gaps.Count, invocation.GetProperty("toolExecutionNotifications").GetArrayLength());
        Assert.Equal(report.Gaps.Count(gap => gap.IsFailure), FailedLine().Count(table));
        Assert.Equal(report.Gaps.Count(gap => gap.IsFailure), Regex.Count(html, "<tr><td>failed</td>"));

        // The grade, and that it is not better than what is known.
        var letter = report.Grade.Letter.ToString();
        Assert.Equal(letter, scan.GetProperty("grade").GetProperty("letter").GetString());
        Assert.Equal(letter, run.GetProperty("properties").GetProperty("grade").GetString());
        Assert.Contains($"\nGrade {letter}: ", table, StringComparison.Ordinal);
        Assert.Contains($"<span class=\"grade\">{letter}</span>", html, StringComparison.Ordinal);
        Assert.Equal(!report.IsIncomplete, scan.GetProperty("complete").GetBoolean());
        Assert.Equal(!report.IsIncomplete, invocation.GetProperty("executionSuccessful").GetBoolean());
        if (report.IsIncomplete) Assert.InRange(report.Grade.Letter, 'C', 'F');
        if (report.Findings.Any(finding => finding is { Confidence: Confidence.High, Rule.Severity: Severity.Critical }))
            Assert.Equal('F', report.Grade.Letter);
    }

    // A group names its kind once, and has a row for each finding.
    private static IEnumerable<string> FindingsOf(string html) =>
        from part in html.Split("<details class=\"group ").Skip(1)
        let @group = part[..part.IndexOf("</details>", StringComparison.Ordinal)]
        from _ in Enumerable.Range(0, Regex.Count(@group, "<li class=\"finding "))
        select HtmlKind().Match(@group).Groups[1].Value;

    [GeneratedRegex(@"^    (?:note|low|medium|high|critical) +(GHS[0-9]{4})  ", RegexOptions.Multiline)]
    private static partial Regex TableLine();

    [GeneratedRegex("<div class=\"why\" id=\"(GHS[0-9]{4})\">")]
    private static partial Regex HtmlKind();

    [GeneratedRegex(@"^  failed     ", RegexOptions.Multiline)]
    private static partial Regex FailedLine();
}
