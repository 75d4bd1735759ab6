using Gatehouse.Inventory.Model;
using Gatehouse.Text;

namespace Gatehouse.Inventory.Output;

/// <summary>The findings by kind: first its meaning and the remedy, then each place.</summary>
internal static class HtmlFindings
{
    // A group of so few findings is printed on one page.
    private const int SmallGroup = 12;

    /// <summary>Writes the findings.</summary>
    public static void Write(HtmlWriter page, HtmlView view)
    {
        page.Write($"<section id=\"findings\">\n<h2>Findings</h2>\n");
        HtmlFilters.Write(page, view);
        if (view.Groups.Count == 0) page.Write($"<p class=\"card\">No finding in what was looked at.</p>\n");
        foreach (var group in view.Groups) Group(page, view, group);
        if (HtmlFilters.AreShown(view)) page.Write($"<p class=\"card empty\" role=\"status\">No finding has all that was chosen.</p>\n");
        page.Write($"</section>\n");
    }

    private static void Group(HtmlWriter page, HtmlView view, HtmlGroup group)
    {
        var (rule, severity) = (group.Rule, ReportText.Of(group.Rule.Severity));
        page.Write($"<details class=\"group {severity}{(group.Findings.Count <= SmallGroup ? " small" : "")}{Classes(view, group.Findings)}\"{Open(group.IsOpen)}>\n");
        page.Write($"<summary><span class=\"mark\">{severity}</span><h3>{ReportText.Sentence(rule.Name)}</h3> <code>{rule.Id}</code> ");
        page.Write($"<span class=\"count\">{Counted.Of(group.Findings.Count, "finding")}</span></summary>\n");
        page.Write($"<div class=\"why\" id=\"{rule.Id}\"><p>{rule.Reason}</p><p><b>What to do:</b> {rule.Remedy}</p>");
        page.Write($"<p class=\"soft explain\">More: <code>gatehouse explain {rule.Id}</code></p></div>\n<ul class=\"rows\">\n");
        foreach (var finding in group.Findings) Row(page, view, finding);
        page.Write($"</ul>\n</details>\n");
    }

    private static void Row(HtmlWriter page, HtmlView view, Finding finding)
    {
        page.Write($"<li class=\"finding{Classes(view, [finding])}\"><div class=\"who\">");
        if (finding.Server is not null) page.Write($"<b><bdi>{HtmlServers.NameOf(finding.Server)}</bdi></b> ");
        page.Write($"<span><bdi>{ReportText.Client(finding.Client ?? "any")}</bdi></span></div> ");
        page.Write($"<div class=\"what\"><bdi>{finding.Message}</bdi></div> ");
        page.Write($"<div class=\"at\"><code>{ReportText.Of(finding.Place)}</code> <span>{ReportText.Of(finding.Confidence)} confidence</span></div></li>\n");
    }

    // Numbers of clients, and whether a sure finding is among them: what the rules of the filters ask for.
    private static string Classes(HtmlView view, IReadOnlyList<Finding> findings) => string.Concat(
        findings.SelectMany(finding => HtmlView.IsSure(finding)
            ? (string[])[$" c{view.IndexOf(finding)}", $" c{view.IndexOf(finding)}s", " sure"] : [$" c{view.IndexOf(finding)}"]).Distinct());

    /// <summary>Returns the attribute of an element that is shown without a click.</summary>
    public static HtmlPart Open(bool isOpen) => new(isOpen ? " open" : "");
}
