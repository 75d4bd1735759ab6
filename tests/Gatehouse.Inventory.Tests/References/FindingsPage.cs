using System.Globalization;
using System.Text;
using Gatehouse.Detection.Findings;
using Gatehouse.Inventory.Model;

namespace Gatehouse.Inventory.Tests.References;

/// <summary>The help page of every finding, generated.</summary>
public static class FindingsPage
{
    /// <summary>Renders <c>docs/reference/findings.md</c>.</summary>
    public static string Render()
    {
        var page = new StringBuilder(
            "# Findings of `gatehouse scan`\n\nGenerated from `src/Gatehouse.Inventory/Model/FindingRules.cs`. Ids are given once and stay.\n\n| id | severity | finding |\n|---|---|---|\n");
        foreach (var rule in FindingRules.All)
            page.Append(CultureInfo.InvariantCulture,
                $"| [{rule.Id}](#{rule.Id.ToLowerInvariant()}) | {ReportText.Of(rule.Severity)} | {rule.Name} |\n");
        foreach (var rule in FindingRules.All)
            page.Append(CultureInfo.InvariantCulture,
                $"\n### {rule.Id}\n\n{char.ToUpperInvariant(rule.Name[0])}{rule.Name[1..]} ({ReportText.Of(rule.Severity)}).\n\n{rule.Reason}\n\n**Remedy.** {rule.Remedy}\n");
        return page.ToString();
    }
}
