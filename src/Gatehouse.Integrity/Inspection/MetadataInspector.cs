using Gatehouse.Detection.Findings;
using Gatehouse.Detection.Model;
using Gatehouse.Detection.Rules;
using Gatehouse.Detection.Text;
using Gatehouse.Integrity.Definitions;

namespace Gatehouse.Integrity.Inspection;

/// <summary>
/// The inspection of a server's statements about itself: every text of <see cref="ReadableTexts"/>, and the effects of its schemas, icons and
/// annotations (TP-01; MCP03).
/// </summary>
/// <remarks>
/// It never throws for any validated definition, and its time is linear in the definition's size up to <see cref="MostCharacters"/>.
/// </remarks>
public static class MetadataInspector
{
    /// <summary>Most characters of all texts of one definition together that are judged.</summary>
    public const int MostCharacters = 500_000;

    /// <summary>Most texts of one definition that are judged.</summary>
    public const int MostTexts = 20_000;

    /// <summary>Inspects one definition.</summary>
    /// <returns>The faults, the worst first; empty when there are none.</returns>
    public static IReadOnlyList<DefinitionFinding> Inspect(ServerDefinition definition) => Inspect(definition, TextModels.Default);

    internal static IReadOnlyList<DefinitionFinding> Inspect(ServerDefinition definition, TextModels models)
    {
        ArgumentNullException.ThrowIfNull(definition);
        List<DefinitionFinding> findings = [];
        if (!ReadableTexts.CanList(definition))
        {
            findings.Add(new DefinitionFinding(DetectionRules.Oversized, Confidence.High, definition.Kind, definition.Name, "", definition.Range,
                "a definition that is too large to inspect completely"));
            return findings;
        }

        var left = MostCharacters;
        var count = 0;
        foreach (var text in ReadableTexts.Of(definition))
        {
            left -= text.Text.Length;
            if (left < 0 || ++count > MostTexts)
            {
                findings.Add(About(DetectionRules.Oversized, Confidence.High, text, "a definition that is too large to inspect completely"));
                break;
            }

            Judge(definition, text, models, findings);
        }

        StructureRules.Judge(definition, findings);
        return [.. findings.Distinct().OrderByDescending(finding => finding.IsHard).ThenByDescending(finding => finding.Rule.Severity)
            .ThenBy(finding => finding.Rule.Id, StringComparer.Ordinal)];
    }

    internal static DefinitionFinding About(FindingRule rule, Confidence confidence, ReadableText text, string message) =>
        new(rule, confidence, text.Kind, text.Name, text.Pointer, text.Token, message);

    private static void Judge(ServerDefinition definition, ReadableText text, TextModels models, List<DefinitionFinding> findings)
    {
        // An image within a document is no text. The check of icons decides whether it is an image.
        if (text.Text.StartsWith("data:image/", StringComparison.OrdinalIgnoreCase))
            return;
        var view = TextView.OfJson(definition.Bytes.Span, text.Token);
        foreach (var found in TextJudge.Judge(view, TextRoles.Of(text), models))
            findings.Add(new DefinitionFinding(found.Rule, found.Confidence, text.Kind, text.Name, text.Pointer, found.Span, found.Message));
    }
}
