using Gatehouse.Integrity.Definitions;
using Gatehouse.Text;

namespace Gatehouse.Integrity.Inspection;

/// <summary>Findings as lines next to the definition that a person is asked to approve.</summary>
public static class FindingText
{
    // The excerpt of the text that was found. The definition follows in full.
    private const int LongestExcerpt = 120;

    /// <summary>Returns a line for each finding, the worst first; outside text in it is escaped.</summary>
    public static IReadOnlyList<string> Lines(ServerDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        return [.. MetadataInspector.Inspect(definition).Select(finding => Line(definition, finding))];
    }

    /// <summary>Returns the line of a finding; outside text in it is escaped, and a secret is not shown.</summary>
    public static string Line(ServerDefinition definition, DefinitionFinding finding)
    {
        ArgumentNullException.ThrowIfNull(definition);
        ArgumentNullException.ThrowIfNull(finding);
        var weight = finding.IsHard ? "hard finding" : "soft finding";
        return $"{weight} {finding.Rule.Id} {finding.Rule.Name}{(finding.Pointer.Length > 0 ? $", {VisibleText.Escape(Cut(finding.Pointer))}" : "")}: {finding.Message}{Excerpt(definition, finding)}";
    }

    private static string Excerpt(ServerDefinition definition, DefinitionFinding finding)
    {
        if (finding.Rule == Gatehouse.Detection.Findings.DetectionRules.Secret
            || finding.Rule == Gatehouse.Detection.Findings.DetectionRules.Oversized)
            return "";
        var bytes = finding.Span.Of(definition.Bytes.Span);
        var text = System.Text.Encoding.UTF8.GetString(bytes.Length > 4 * LongestExcerpt ? bytes[..(4 * LongestExcerpt)] : bytes);
        if (text is ['"', .., '"'])
            text = text[1..^1]; // a JSON string brings its own quotation marks
        return $": \"{VisibleText.Escape(Gatehouse.Detection.Secrets.SecretDetector.Mask(Cut(text)))}\"";
    }

    private static string Cut(string text) => text.Length <= LongestExcerpt ? text : text[..LongestExcerpt];
}
