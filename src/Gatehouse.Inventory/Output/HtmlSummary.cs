using System.Globalization;
using Gatehouse.Detection.Findings;
using Gatehouse.Inventory.Model;
using Gatehouse.Text;

namespace Gatehouse.Inventory.Output;

/// <summary>The first page of the report: grade, counts, the first steps, and the places.</summary>
internal static class HtmlSummary
{
    private const int FirstSteps = 5;
    private const int WorstFiles = 5;

    /// <summary>Writes the summary.</summary>
    public static void Write(HtmlWriter page, HtmlView view)
    {
        page.Write($"<section id=\"summary\">\n<h2>Summary</h2>\n<div class=\"overview\">\n");
        Verdict(page, view.Report.Grade);
        page.Write($"<div>\n");
        Tiles(page, view.Report);
        Facts(page, view);
        page.Write($"</div>\n</div>\n");
        Incomplete(page, view.Report);
        page.Write($"<div class=\"columns\">\n<div>\n");
        First(page, view);
        Files(page, view.Report);
        page.Write($"</div>\n");
        Clients(page, view);
        page.Write($"</div>\n</section>\n");
    }

    private static void Verdict(HtmlWriter page, ScanGrade grade)
    {
        var letter = grade.Letter.ToString();
        page.Write($"<div class=\"card verdict grade-{letter.ToLowerInvariant()}\"><span class=\"grade\">{letter}</span>");
        page.Write($"<div><h3>Grade {letter}</h3><ul>");
        foreach (var reason in grade.Reasons) page.Write($"<li>{reason}</li>");
        page.Write($"</ul></div></div>\n");
    }

    private static void Tiles(HtmlWriter page, ScanReport report)
    {
        page.Write($"<ul class=\"tiles\" aria-label=\"Findings by severity\">\n");
        foreach (var severity in HtmlView.Severities)
        {
            var (word, count) = (ReportText.Of(severity), report.Findings.Count(finding => finding.Rule.Severity == severity));
            page.Write($"<li class=\"card tile {word}{(count == 0 ? " none" : "")}\"><b>{count}</b>{word}</li>\n");
        }

        page.Write($"</ul>\n");
    }

    private static void Facts(HtmlWriter page, HtmlView view)
    {
        var report = view.Report;
        page.Write($"<dl class=\"facts\">\n");
        page.Write($"<div class=\"card\"><dt>Servers</dt><dd>{report.Servers.Count} ");
        page.Write($"<small>{report.Servers.Count(server => server.IsWrapped)} through Gatehouse</small></dd></div>\n");
        page.Write($"<div class=\"card\"><dt>Clients</dt><dd>{view.Clients.Count(client => client.Servers.Count > 0)} <small>with servers</small></dd></div>\n");
        page.Write($"<div class=\"card\"><dt>Files read</dt><dd>{report.Files.Count} ");
        page.Write($"<small>and {Counted.Of(report.RuleFiles.Count, "rule file")}</small></dd></div>\n");
        page.Write($"<div class=\"card\"><dt>Not measured</dt><dd>{report.Gaps.Count(gap => gap.IsFailure)} failed ");
        page.Write($"<small>{report.Gaps.Count(gap => !gap.IsFailure)} not asked</small></dd></div>\n</dl>\n");
    }

    private static void Incomplete(HtmlWriter page, ScanReport report)
    {
        if (!report.IsIncomplete) return;
        page.Write($"<p class=\"card notice\"><b>{Counted.Of(report.Gaps.Count(gap => gap.IsFailure), "item")} could not be measured.</b> ");
        page.Write($"There may be more than this report shows: see <a href=\"#not-measured\">what was not measured</a>.</p>\n");
    }

    private static void First(HtmlWriter page, HtmlView view)
    {
        page.Write($"<div class=\"card\"><h3>What to do first</h3>\n");
        if (view.Groups.Count == 0) page.Write($"<p>Nothing: no finding in what was looked at.</p>\n");
        else page.Write($"<ol class=\"first\">\n");
        foreach (var group in view.Groups.Take(FirstSteps))
        {
            var rule = group.Rule;
            page.Write($"<li><div><p><span class=\"mark {ReportText.Of(rule.Severity)}\">{ReportText.Of(rule.Severity)}</span>");
            page.Write($"<a href=\"#{rule.Id}\">{ReportText.Sentence(rule.Name)}</a> <span class=\"soft\">{Affected(group)}</span></p>");
            page.Write($"<p class=\"remedy\">{rule.Remedy}</p></div></li>\n");
        }

        if (view.Groups.Count > 0) page.Write($"</ol>\n");
        if (view.Groups.Count > FirstSteps)
            page.Write($"<p class=\"soft\">{Counted.Of(view.Groups.Count - FirstSteps, "more kind")} of findings below.</p>\n");
        page.Write($"</div>\n");
    }

    private static string Affected(HtmlGroup group)
    {
        var servers = group.Findings.Where(finding => finding.Server is not null)
            .Select(finding => (finding.Server, finding.Client, finding.Place.File)).Distinct().Count();
        return Counted.Of(group.Findings.Count, "finding") + (servers == 0 ? "" : ", " + Counted.Of(servers, "server"));
    }

    private static void Clients(HtmlWriter page, HtmlView view)
    {
        page.Write($"<div class=\"card\"><h3>Where: clients</h3>\n");
        if (view.Clients.Count == 0) page.Write($"<p>No MCP server was found in what was looked at.</p>\n");
        else page.Write($"<ul class=\"where\">\n");
        var most = view.Clients.Select(client => client.Findings.Count).DefaultIfEmpty().Max();
        foreach (var client in view.Clients.OrderByDescending(client => client.Findings.Select(ScanGrade.Weight).DefaultIfEmpty().Max())
            .ThenByDescending(client => client.Findings.Count))
        {
            page.Write($"<li><p class=\"name\"><b><bdi>{ReportText.Client(client.Name)}</bdi></b> ");
            if (client.Servers.Count > 0) page.Write($"<span>{Counted.Of(client.Servers.Count, "server")}</span>");
            page.Write($"</p>");
            Bar(page, client.Findings, most);
            Chips(page, client.Findings);
            page.Write($"</li>\n");
        }

        if (view.Clients.Count > 0) page.Write($"</ul>\n");
        page.Write($"</div>\n");
    }

    private static void Files(HtmlWriter page, ScanReport report)
    {
        var files = report.Findings.GroupBy(finding => finding.Place.File)
            .OrderByDescending(file => file.Max(ScanGrade.Weight)).ThenByDescending(file => file.Count())
            .ThenBy(file => file.Key, StringComparer.Ordinal)
            .Take(WorstFiles).ToList();
        if (files.Count == 0) return;
        page.Write($"<div class=\"card\"><h3>Where: files with the worst findings</h3>\n<ul class=\"where\">\n");
        foreach (var file in files)
        {
            page.Write($"<li><code>{file.Key}</code>");
            Chips(page, [.. file]);
            page.Write($"</li>\n");
        }

        page.Write($"</ul></div>\n");
    }

    // A drawing, since the page's own policy permits no style in an attribute. The words beneath it say the same.
    private static void Bar(HtmlWriter page, IReadOnlyList<Finding> findings, int most)
    {
        if (findings.Count == 0) return;
        page.Write($"<svg class=\"bar\" viewBox=\"0 0 100 6\" preserveAspectRatio=\"none\" aria-hidden=\"true\">");
        var begin = 0;
        foreach (var (severity, count) in Counts(findings))
        {
            page.Write($"<rect class=\"{ReportText.Of(severity)}\" x=\"{Share(begin, most)}\" width=\"{Share(count, most)}\" height=\"6\"/>");
            begin += count;
        }

        page.Write($"</svg>");
    }

    private static string Share(int count, int most) => (count * 100.0 / most).ToString("0.##", CultureInfo.InvariantCulture);

    private static void Chips(HtmlWriter page, IReadOnlyList<Finding> findings)
    {
        page.Write($"<p class=\"chips\">");
        foreach (var (severity, count) in Counts(findings))
            page.Write($"<span class=\"chip {ReportText.Of(severity)}\">{count} {ReportText.Of(severity)}</span> ");
        if (findings.Count == 0) page.Write($"<span class=\"chip\">no finding</span>");
        page.Write($"</p>");
    }

    private static IEnumerable<(Severity Severity, int Count)> Counts(IReadOnlyList<Finding> findings) => HtmlView.Severities
        .Select(severity => (severity, findings.Count(finding => finding.Rule.Severity == severity))).Where(pair => pair.Item2 > 0);
}
