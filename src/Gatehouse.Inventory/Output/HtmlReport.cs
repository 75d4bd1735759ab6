using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Inventory.Model;
using Gatehouse.Text;

namespace Gatehouse.Inventory.Output;

/// <summary>The report as one HTML page: no script, no image, no address that is loaded; the policy in it forbids what escaping might miss.</summary>
public static class HtmlReport
{
    private const string Style =
        """
        :root{color-scheme:light dark}body{font:15px/1.45 system-ui,sans-serif;max-width:76rem;margin:2rem auto;padding:0 1rem}
        h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}.grade{font-size:2.4rem;font-weight:700;margin-right:.6rem}
        .server{border:1px solid #8886;border-radius:6px;padding:.6rem .9rem;margin:.7rem 0}.server h3{margin:0;font-size:1rem}
        code{font:13px/1.4 ui-monospace,monospace;overflow-wrap:anywhere;white-space:pre-wrap}small{opacity:.75;overflow-wrap:anywhere}
        table{border-collapse:collapse;width:100%}td{padding:.3rem .5rem;border-top:1px solid #8884;vertical-align:top;overflow-wrap:anywhere}
        td:first-child{white-space:nowrap;width:6rem}td:nth-child(2){white-space:nowrap;width:5.5rem}
        .critical{color:#b00020;font-weight:700}.high{color:#b00020}.medium{color:#9a6700}.low{color:#0b6bcb}.note{opacity:.75}
        @media(prefers-color-scheme:dark){.critical,.high{color:#ff7b8a}.medium{color:#f0b429}.low{color:#6cb6ff}}
        """;

    private static readonly CompositeFormat Head = CompositeFormat.Parse(
        """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8">
        {0}
        <meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">
        <title>Gatehouse scan</title><style>{1}</style></head><body>

        """);

    private static string Policy =>
        $"""<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'; base-uri 'none'; form-action 'none'">""";

    /// <summary>Renders it.</summary>
    public static string Render(ScanReport report) => Render(report, VisibleText.Html, Policy);

    /// <summary>Renders it.</summary>
    /// <param name="report">The report.</param>
    /// <param name="shown">Makes outside text safe on a page.</param>
    /// <param name="policy">The element that says what the page may load.</param>
    internal static string Render(ScanReport report, Func<string, string> shown, string policy)
    {
        ArgumentNullException.ThrowIfNull(report);
        var page = new StringBuilder();
        page.AppendFormat(CultureInfo.InvariantCulture, Head, policy, Style);
        page.Append("<h1>MCP servers on this machine</h1>\n");
        page.Append(CultureInfo.InvariantCulture,
            $"<p><span class=\"grade\">{report.Grade.Letter}</span>{shown(ReportText.Totals(report))}; {report.At:yyyy-MM-dd HH:mm} UTC</p>\n<ul>");
        foreach (var reason in report.Grade.Reasons) page.Append(CultureInfo.InvariantCulture, $"<li>{shown(reason)}</li>");
        page.Append("</ul>\n");
        foreach (var client in report.Servers.GroupBy(server => server.Client))
        {
            page.Append(CultureInfo.InvariantCulture, $"<h2>{shown(ReportText.Client(client.Key))}</h2>\n");
            foreach (var server in client) Server(page, server, report, shown);
        }

        var rest = report.Findings.Where(finding => !report.Servers.Any(server => TableReport.IsOf(finding, server))).ToList();
        if (rest.Count > 0) page.Append("<h2>Files and settings</h2>\n");
        Findings(page, rest, withFile: true, shown);
        if (report.Gaps.Count > 0) page.Append("<h2>Not measured</h2>\n<table>");
        foreach (var gap in report.Gaps)
            page.Append(CultureInfo.InvariantCulture,
                $"<tr><td>{(gap.IsFailure ? "failed" : "not asked")}</td><td colspan=\"2\">{shown(gap.What)}: {shown(gap.Why)}</td></tr>\n");
        if (report.Gaps.Count > 0) page.Append("</table>\n");
        return page.Append("</body></html>\n").ToString();
    }

    private static void Server(StringBuilder page, ServerEntry server, ScanReport report, Func<string, string> shown)
    {
        var marks = (server.IsWrapped ? ", through Gatehouse" : "") + (server.IsDisabled ? ", switched off" : "")
            + $", {ReportText.Scope(server.Scope)}";
        page.Append(CultureInfo.InvariantCulture,
            $"<div class=\"server\"><h3>{shown(server.Name)} <small>{shown(server.Transport + marks)}; {shown(ReportText.Of(server.Source))}</small></h3>\n");
        page.Append(CultureInfo.InvariantCulture,
            $"<code>{shown(server.CommandLine ?? server.Url ?? "(no command and no URL)")}</code><br><small>{shown(ReportText.Of(server.Place))}</small>\n");
        if (server.EnvironmentNames.Count > 0)
            page.Append(CultureInfo.InvariantCulture, $"<br><small>environment: {shown(string.Join(' ', server.EnvironmentNames))}</small>\n");
        Findings(page, TableReport.Under(server, report), withFile: false, shown);
        page.Append("</div>\n");
    }

    private static void Findings(StringBuilder page, IReadOnlyList<Finding> findings, bool withFile, Func<string, string> shown)
    {
        if (findings.Count == 0) return;
        page.Append("<table>");
        foreach (var finding in findings)
        {
            var severity = ReportText.Of(finding.Rule.Severity);
            var place = withFile ? ReportText.Of(finding.Place) : finding.Place.Line > 0
                ? string.Create(CultureInfo.InvariantCulture, $"line {finding.Place.Line}") : "the file";
            page.Append(CultureInfo.InvariantCulture,
                $"<tr><td class=\"{severity}\">{severity}</td><td>{finding.Rule.Id}</td><td><b>{shown(finding.Rule.Name)}</b>: {shown(finding.Message)} <small>({shown(place)}, {ReportText.Of(finding.Confidence)} confidence)</small><br>{shown(finding.Rule.Reason)} <b>{shown(finding.Rule.Remedy)}</b></td></tr>\n");
        }

        page.Append("</table>\n");
    }
}
