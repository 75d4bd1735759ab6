using System.Globalization;
using System.Text;
using Gatehouse.Detection.Findings;
using Gatehouse.Inventory.Model;

namespace Gatehouse.Inventory.Output;

/// <summary>
/// Filters without a script: inputs, and style rules that hide the elements that are not chosen. The rules name clients by number, so that no outside
/// text gets into the style. They hold on screens only, so a print is complete.
/// </summary>
internal static class HtmlFilters
{
    /// <summary>Returns whether the filters are shown. A page with at most one finding needs none.</summary>
    public static bool AreShown(HtmlView view) => view.Report.Findings.Count > 1;

    /// <summary>Returns the style rules for the inputs.</summary>
    public static string Rules(HtmlView view)
    {
        if (!AreShown(view)) return "";
        var rules = new StringBuilder("@media screen { @supports selector(:has(*)) {\n");
        foreach (var severity in HtmlView.Severities.Select(ReportText.Of))
            rules.Append(CultureInfo.InvariantCulture, $":root:has(#s-{severity}:not(:checked)) .group.{severity} {{ display: none }}\n");
        rules.Append(":root:has(#sure:checked) :is(.finding, .group):not(.sure) { display: none }\n");
        foreach (var client in Choices(view))
        {
            rules.Append(CultureInfo.InvariantCulture, $":root:has(#k{client.Index}:checked) :is(.finding, .group):not(.c{client.Index}) {{ display: none }}\n");
            rules.Append(CultureInfo.InvariantCulture, $":root:has(#k{client.Index}:checked):has(#sure:checked) .group:not(.c{client.Index}s) {{ display: none }}\n");
        }

        NothingLeft(rules, view);
        return rules.Append("} }\n").ToString();
    }

    /// <summary>Writes the form. Its reset button works without a script, and it sends nothing.</summary>
    public static void Write(HtmlWriter page, HtmlView view)
    {
        if (!AreShown(view)) return;
        page.Write($"<form class=\"filters card\" method=\"dialog\" autocomplete=\"off\" aria-label=\"Filter of the findings\">\n");
        Severities(page, view);
        Clients(page, view);
        page.Write($"<fieldset><legend>Confidence</legend><div class=\"options\"><label><input type=\"checkbox\" id=\"sure\">");
        page.Write($"only sure findings <b>{view.Report.Findings.Count(HtmlView.IsSure)}</b></label></div></fieldset>\n");
        page.Write($"<button type=\"reset\">Show all findings</button></form>\n");
    }

    private static void Severities(HtmlWriter page, HtmlView view)
    {
        page.Write($"<fieldset><legend>Severity</legend><div class=\"options\">\n");
        foreach (var severity in HtmlView.Severities)
        {
            var (word, count) = (ReportText.Of(severity), view.Report.Findings.Count(finding => finding.Rule.Severity == severity));
            if (count > 0)
                page.Write($"<label class=\"{word}\"><input type=\"checkbox\" id=\"s-{word}\" checked>{word} <b>{count}</b></label>\n");
        }

        page.Write($"</div></fieldset>\n");
    }

    private static void Clients(HtmlWriter page, HtmlView view)
    {
        var choices = Choices(view);
        if (choices.Count == 0) return;
        page.Write($"<fieldset><legend>Client</legend><div class=\"options\">\n");
        page.Write($"<label><input type=\"radio\" name=\"client\" id=\"all\" checked>all <b>{view.Report.Findings.Count}</b></label>\n");
        foreach (var client in choices)
        {
            page.Write($"<label><input type=\"radio\" name=\"client\" id=\"k{client.Index}\"><bdi>{ReportText.Client(client.Name)}</bdi> ");
            page.Write($"<b>{client.Findings.Count}</b></label>\n");
        }

        page.Write($"</div></fieldset>\n");
    }

    // One client needs no choice.
    private static List<HtmlClient> Choices(HtmlView view)
    {
        var clients = view.Clients.Where(client => client.Findings.Count > 0).ToList();
        return clients.Count > 1 ? clients : [];
    }

    // A style cannot ask what is shown, so each choice that leaves a finding hides the message that none is left.
    private static void NothingLeft(StringBuilder rules, HtmlView view)
    {
        rules.Append(".filters ~ .empty { display: block }\n");
        var choices = Choices(view);
        NothingLeft(rules, choices.Count > 0 ? ":root:has(#all:checked)" : ":root", view.Report.Findings);
        foreach (var client in choices) NothingLeft(rules, $":root:has(#k{client.Index}:checked)", client.Findings);
    }

    private static void NothingLeft(StringBuilder rules, string choice, IReadOnlyList<Finding> findings)
    {
        foreach (var group in findings.GroupBy(finding => finding.Rule.Severity))
        {
            var unlessSure = group.Any(HtmlView.IsSure) ? "" : ":not(:has(#sure:checked))";
            rules.Append(CultureInfo.InvariantCulture, $"{choice}:has(#s-{ReportText.Of(group.Key)}:checked){unlessSure} .empty {{ display: none }}\n");
        }
    }
}
