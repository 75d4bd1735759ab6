using Gatehouse.Detection.Concepts;
using Gatehouse.Detection.Content;
using Gatehouse.Detection.Findings;
using Gatehouse.Detection.Model;
using Gatehouse.Detection.Text;

namespace Gatehouse.Detection.Rules;

/// <summary>
/// The judgement of a text by rules and by the learned model. It never throws for any text, and its time is linear in the text's length.
/// </summary>
public static class TextJudge
{
    /// <summary>Shortest text that the learned model looks at, in characters.</summary>
    public const int ShortestProse = 12;

    /// <summary>Judges a text with the model of this build.</summary>
    /// <param name="source">The text with its places.</param>
    /// <param name="role">The role of the text.</param>
    /// <returns>The faults of the text, at most one finding a kind (secrets excepted), in no order.</returns>
    public static IReadOnlyList<TextFinding> Judge(TextView source, TextRole role) => Judge(source, role, TextModels.Default);

    internal static IReadOnlyList<TextFinding> Judge(TextView source, TextRole role, TextModels models)
    {
        ArgumentNullException.ThrowIfNull(source);
        List<TextFinding> findings = [];
        HiddenCharacterRule.Judge(source, role, findings);
        SecretRule.Judge(source, findings);
        var views = TextViews.Of(source, role == TextRole.Name);
        if (views.IsCut)
            findings.Add(new TextFinding(DetectionRules.Oversized, Confidence.High, source.Span(0, source.Text.Length),
                "a text that is too large to inspect completely"));
        Dictionary<TextView, bool> saying = [];
        foreach (var folded in views.Folded)
        {
            if (Said(folded, models) is not { } said)
            {
                // A passage does not count below: it must not take the place of the finding that a text is hidden in an encoding.
                if (Passage(folded, role, models) is { } passage)
                    Add(findings, passage);
                continue;
            }

            Add(findings, said);
            var reading = folded.Kind == ViewKind.Folded ? folded.Parent! : folded.Parent!.Parent!;
            saying[reading] = said.IsHard || saying.GetValueOrDefault(reading);
        }

        // A sign of an encoding in the text does not hide the part that is readable without decoding.
        var saysPlainly = saying.ContainsKey(views.Readings[0]);
        foreach (var reading in views.Readings)
        {
            bool? says = saying.TryGetValue(reading, out var isHard) ? isHard : null;
            if (EncodedRule.Judge(reading, says, saysPlainly) is { } encoded)
                Add(findings, encoded);
        }

        return findings;
    }

    // The verdict of a rule counts; otherwise that of the model, reported by the concepts of its window.
    private static TextFinding? Said(TextView folded, TextModels models)
    {
        if (folded.Text.Length < ShortestProse)
            return null;
        var marks = ConceptTable.Default.Find(folded.Text);
        var ruled = InstructionRule.Judge(marks);
        if (ruled is { } found && (found.Confidence == Confidence.High || found.Rule.Severity == Severity.Critical))
            return new TextFinding(found.Rule, found.Confidence, folded.Span(found.Start, found.Length), FindingSentences.Of(found.Rule));
        var score = models.Sentences.Best(folded.Text, marks, out var start, out var length);
        if (score >= models.Sentences.Threshold)
        {
            var rule = ModelRule.For(marks, start, start + length);
            return new TextFinding(rule, Confidence.Medium, folded.Span(start, length), FindingSentences.Of(rule));
        }

        return ruled is { } soft
            ? new TextFinding(soft.Rule, soft.Confidence, folded.Span(soft.Start, soft.Length), FindingSentences.Of(soft.Rule)) : null;
    }

    // A finding of this model is soft, unless its score is one that hardly any real definition has: it does not say on which words it rests, so a
    // person reads the passage.
    private static TextFinding? Passage(TextView folded, TextRole role, TextModels models)
    {
        if (role == TextRole.Name || models.Passages is not { } model) return null;
        var scale = model.Scales[(int)ContentHead.Definitions];
        var score = model.Best(folded.Text, ContentHead.Definitions, out var start, out var length);
        if (score < scale.Low) return null;
        return score >= scale.High
            ? new TextFinding(DetectionRules.Instruction, Confidence.High, folded.Span(start, length), FindingSentences.Passage)
            : new TextFinding(DetectionRules.Imperative, Confidence.Medium, folded.Span(start, length), FindingSentences.Passage);
    }

    private static void Add(List<TextFinding> findings, TextFinding finding)
    {
        var at = findings.FindIndex(known => known.Rule == finding.Rule);
        if (at < 0)
            findings.Add(finding);
        else if (finding.Confidence > findings[at].Confidence)
            findings[at] = finding;
    }
}
