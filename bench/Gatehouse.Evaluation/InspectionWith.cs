using System.Text;
using System.Text.Json;
using Gatehouse.Corpus;
using Gatehouse.Detection.Content;
using Gatehouse.Detection.Findings;
using Gatehouse.Detection.Messages;
using Gatehouse.Detection.Model;
using Gatehouse.Detection.Rules;
using Gatehouse.Detection.Text;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Integrity.Inspection;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Evaluation;

/// <summary>The inspection of the product with another model of passages: rules, decoding and model together.</summary>
internal sealed class InspectionWith(ContentModel model)
{
    [ThreadStatic]
    private static MessageScan? scan;

    private readonly TextModels models = new(ModelFile.Default, model);

    /// <summary>Judges a text of the corpus in its place.</summary>
    public DetectionRow Judge(CorpusEntry entry)
    {
        var (level, surety) = entry.IsDefinition
            ? Judged(CorpusDefinition.Of(entry))
            : Judged(entry.Text, entry.IsPrompt ? ContentHead.Prompts : ContentHead.Results);
        return new DetectionRow(entry.IsDefinition ? "definitions" : entry.IsPrompt ? "prompts" : "results", false, entry.Author, entry.Place, entry.Kind,
            entry.Language, entry.IsAttack, level, surety);
    }

    /// <summary>Judges a real definition.</summary>
    public DetectionRow Judge(PublicDefinition text)
    {
        var (level, surety) = Judged((DefinitionKind.Tool, text.Json));
        return new DetectionRow("definitions", true, text.Base, "definition", "", "", false, level, surety);
    }

    /// <summary>Judges a public text.</summary>
    public DetectionRow Judge(PublicText text)
    {
        var (level, surety) = Judged(text.Text, text.IsPrompt ? ContentHead.Prompts : ContentHead.Results);
        return new DetectionRow(text.IsPrompt ? "prompts" : "results", true, text.Source, text.Kind, text.Kind, "", text.IsAttack, level, surety);
    }

    private (int Level, double Surety) Judged((DefinitionKind Kind, string Json) definition)
    {
        var bytes = Encoding.UTF8.GetBytes(definition.Json);
        var read = new ServerDefinition(definition.Kind, definition.Kind == DefinitionKind.Tool ? "tool" : "", bytes, new ByteRange(0, bytes.Length));
        var findings = MetadataInspector.Inspect(read, models);
        var level = findings.Any(finding => finding.IsHard) ? 3 : findings.Count > 0 ? 1 : 0;
        return (level, Surety.Of(level, ScoreOf(read), model.Scales[(int)ContentHead.Definitions], isMessage: false));
    }

    // The findings of a definition do not carry the score. It is the highest of those texts that the product gives to the model.
    private double ScoreOf(ServerDefinition definition)
    {
        if (!ReadableTexts.CanList(definition)) return double.NegativeInfinity;
        var views = from text in ReadableTexts.Of(definition)
                    where TextRoles.Of(text) != TextRole.Name && !text.Text.StartsWith("data:image/", StringComparison.OrdinalIgnoreCase)
                    from view in TextViews.Of(TextView.OfJson(definition.Bytes.Span, text.Token)).Folded
                    select model.Best(view.Text, ContentHead.Definitions, out _, out _);
        return views.DefaultIfEmpty(double.NegativeInfinity).Max();
    }

    private (int Level, double Surety) Judged(string text, ContentHead head)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(new { content = new[] { new { type = "text", text } } });
        var place = new PassageModel(model, head, isPrompt: head == ContentHead.Prompts);
        var judged = (scan ??= new MessageScan()).Judge(bytes, new ByteRange(0, bytes.Length), place, MessageJudge.Budget);
        var level = judged.Findings.Count == 0 ? 0 : 1 + judged.Findings.Max(finding => (int)finding.Confidence) - (int)Confidence.Low;
        return (level, Surety.Of(level, judged.Score, model.Scales[(int)head], isMessage: true));
    }
}
