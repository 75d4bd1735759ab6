using Gatehouse.Inventory.Model;
using Gatehouse.Text;

namespace Gatehouse.Inventory.Output;

/// <summary>The servers by client, each with its command and the kinds of its findings. Running servers follow.</summary>
internal static class HtmlServers
{
    // The first clients are open until so many servers are shown.
    private const int OpenServers = 40;

    /// <summary>Writes the servers.</summary>
    public static void Write(HtmlWriter page, HtmlView view)
    {
        page.Write($"<section id=\"servers\">\n<h2>Servers</h2>\n");
        if (view.Report.Servers.Count == 0) page.Write($"<p class=\"card\">No MCP server was found in what was looked at.</p>\n");
        var open = OpenServers;
        var findings = new ServerFindings(view.Report);
        foreach (var client in view.Clients.Where(client => client.Servers.Count > 0))
        {
            page.Write($"<details{HtmlFindings.Open((open -= client.Servers.Count) >= 0)}>\n<summary><h3><bdi>{ReportText.Client(client.Name)}</bdi></h3> ");
            page.Write($"<span class=\"count\">{Counted.Of(client.Servers.Count, "server")}</span></summary>\n");
            foreach (var server in client.Servers) Server(page, server, findings.Of(server));
            page.Write($"</details>\n");
        }

        page.Write($"</section>\n");
        Running(page, view.Report);
    }

    private static void Server(HtmlWriter page, ServerEntry server, IReadOnlyList<Finding> findings)
    {
        page.Write($"<article class=\"server\"><h4><bdi>{NameOf(server.Name)}</bdi></h4> <span class=\"chips\">");
        page.Write($"<span class=\"chip\">{server.Transport}</span> <span class=\"chip\">{ReportText.Scope(server.Scope)}</span> ");
        if (server.IsWrapped) page.Write($"<span class=\"chip\">through Gatehouse</span> ");
        if (server.IsDisabled) page.Write($"<span class=\"chip\">switched off</span> ");
        page.Write($"</span>\n<code class=\"line\">{server.CommandLine ?? server.Url ?? "(no command and no URL)"}</code>\n");
        page.Write($"<p><bdi>{ReportText.Of(server.Source)}</bdi> · <code>{ReportText.Of(server.Place)}</code></p>\n");
        if (server.EnvironmentNames.Count > 0) page.Write($"<p>environment: <code>{string.Join(' ', server.EnvironmentNames)}</code></p>\n");
        Found(page, findings);
        page.Write($"</article>\n");
    }

    /// <summary>Returns a name that can be seen.</summary>
    public static string NameOf(string name) => string.IsNullOrWhiteSpace(name) ? "(empty name)" : name;

    private static void Found(HtmlWriter page, IReadOnlyList<Finding> findings)
    {
        if (findings.Count == 0) return;
        page.Write($"<p class=\"chips found\">");
        foreach (var group in findings.GroupBy(finding => finding.Rule))
        {
            var (rule, severity) = (group.Key, ReportText.Of(group.Key.Severity));
            page.Write($"<a class=\"chip {severity}\" href=\"#{rule.Id}\">{severity}: {rule.Name}{(group.Count() > 1 ? $" × {group.Count()}" : "")}</a> ");
        }

        page.Write($"</p>\n");
    }

    private static void Running(HtmlWriter page, ScanReport report)
    {
        if (report.Running.Count == 0) return;
        page.Write($"<section id=\"running\">\n<h2>Running</h2>\n<div class=\"card\"><table class=\"plain\">\n");
        page.Write($"<thead><tr><th scope=\"col\">Configured</th><th scope=\"col\">Process or address</th></tr></thead>\n<tbody>\n");
        foreach (var running in report.Running)
        {
            page.Write($"<tr><td>{(running.IsConfigured ? "configured" : "not configured")}</td><td>");
            if (running.Process is { } id) page.Write($"process {id}: <code>{running.CommandLine ?? ""}</code></td></tr>\n");
            else page.Write($"<code>{running.Address!}</code></td></tr>\n");
        }

        page.Write($"</tbody></table></div>\n</section>\n");
    }
}
