using System.Globalization;
using Gatehouse.Detection.Findings;
using Gatehouse.Text;

namespace Gatehouse.Inventory.Model;

/// <summary>A grade from A to F, with the reasons. The worst finding decides; nothing is averaged away.</summary>
/// <param name="Letter">A, B, C, D or F.</param>
/// <param name="Reasons">The reasons why it is not better; at least one.</param>
public sealed record ScanGrade(char Letter, IReadOnlyList<string> Reasons)
{
    /// <summary>
    /// Returns the grade: F with a critical finding, D with a high one, C with a medium one, B with a low one, otherwise A. Findings of low
    /// confidence count one step milder. A gap allows C at best: its content is unknown.
    /// </summary>
    public static ScanGrade Of(ScanReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var reasons = new List<string>();
        var worst = report.Findings.Select(Weight).DefaultIfEmpty(Severity.Note).Max();
        foreach (var group in report.Findings.GroupBy(finding => finding.Rule).Where(group => group.Max(Weight) == worst && worst > Severity.Note))
            reasons.Add(string.Create(CultureInfo.InvariantCulture,
                $"{group.Key.Id} {group.Key.Name} ({group.Key.Severity.ToString().ToLowerInvariant()}), {(group.Count() == 1 ? "once" : string.Create(CultureInfo.InvariantCulture, $"{group.Count()} times"))}"));
        var letter = worst switch { Severity.Critical => 'F', Severity.High => 'D', Severity.Medium => 'C', Severity.Low => 'B', _ => 'A' };
        var failed = report.Gaps.Count(gap => gap.IsFailure);
        if (failed > 0)
        {
            if (letter < 'C') letter = 'C';
            reasons.Add(string.Create(CultureInfo.InvariantCulture,
                $"{Counted.Of(failed, "item")} could not be measured, so the grade cannot be better than C"));
        }

        if (reasons.Count == 0) reasons.Add(report.Findings.Count == 0 ? "no findings" : "all findings are of low severity");
        return new ScanGrade(letter, reasons);
    }

    /// <summary>Returns the severity by which a finding counts: one step milder when its confidence is low.</summary>
    internal static Severity Weight(Finding finding) =>
        finding.Confidence == Confidence.Low && finding.Rule.Severity > Severity.Note ? finding.Rule.Severity - 1 : finding.Rule.Severity;
}
