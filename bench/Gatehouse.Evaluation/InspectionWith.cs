using System.Text;
using System.Text.Json;
using Gatehouse.Corpus;
using Gatehouse.Detection.Content;
using Gatehouse.Detection.Findings;
using Gatehouse.Detection.Messages;
using Gatehouse.Detection.Model;
using Gatehouse.Detection.Rules;
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
        var level = entry.IsDefinition
            ? Level(CorpusDefinition.Of(entry))
            : Level(entry.Text, entry.IsPrompt ? ContentHead.Prompts : ContentHead.Results);
        return new DetectionRow(entry.IsDefinition ? "definitions" : entry.IsPrompt ? "prompts" : "results", false, entry.Author, entry.Place, entry.Kind,
            entry.Language, entry.IsAttack, level);
    }

    /// <summary>Judges a real definition.</summary>
    public DetectionRow Judge(PublicDefinition text) =>
        new("definitions", true, text.Base, "definition", "", "", false, Level((DefinitionKind.Tool, text.Json)));

    /// <summary>Judges a public text.</summary>
    public DetectionRow Judge(PublicText text) => new(text.IsPrompt ? "prompts" : "results", true, text.Source, text.Kind, text.Kind, "", text.IsAttack,
        Level(text.Text, text.IsPrompt ? ContentHead.Prompts : ContentHead.Results));

    private int Level((DefinitionKind Kind, string Json) definition)
    {
        var bytes = Encoding.UTF8.GetBytes(definition.Json);
        var findings = MetadataInspector.Inspect(new ServerDefinition(definition.Kind, definition.Kind == DefinitionKind.Tool ? "tool" : "", bytes,
            new ByteRange(0, bytes.Length)), models);
        return findings.Any(finding => finding.IsHard) ? 3 : findings.Count > 0 ? 1 : 0;
    }

    private int Level(string text, ContentHead head)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(new { content = new[] { new { type = "text", text } } });
        var findings = (scan ??= new MessageScan())
            .Judge(bytes, new ByteRange(0, bytes.Length), new PassageModel(model, head), MessageJudge.Budget).Findings;
        return findings.Count == 0 ? 0 : 1 + findings.Max(finding => (int)finding.Confidence) - (int)Confidence.Low;
    }
}
