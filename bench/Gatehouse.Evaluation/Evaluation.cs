using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gatehouse.Detection.Model;
using Gatehouse.Detection.Rules;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Integrity.Inspection;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Evaluation;

/// <summary>The commands <c>train metadata</c>, <c>judge metadata</c>, <c>judge corpus</c>,
/// <c>judge content</c>, <c>judge secrets</c> and <c>judge personal</c>.</summary>
internal sealed class Evaluation(string repository, bool shows)
{
    // A base set is left out together with its poisoned twin; agiresearch/ASB (20 texts) is too small to count and is never a test set.
    private static readonly string[] Bases = ["toolsdk-ai/toolsdk-mcp-registry", "ShishirPatil/gorilla-BFCL", "docker/mcp-registry"];

    private static readonly LinearModel RulesAlone =
        new(0, new float[Features.Concepts], new float[Features.Pairs], new float[Features.Buckets], double.PositiveInfinity);

    private readonly StringBuilder page = new();

    public static int Run(string[] args)
    {
        if (args is ["judge", "corpus", var folder, var root, ..]) return new CorpusEvaluation(root).Judge(Real(folder));
        if (args is ["judge", "heldback", _, var at, ..]) return new HeldBackEvaluation(at).Judge();
        if (args is ["judge", "personal", var personal, var here, .. var shown]) return new PersonalEvaluation(personal, here).Judge(shown.Contains("--show"));
        if (args is ["judge", "secrets", var lists, var place, .. var more])
            return new SecretEvaluation(lists, place).Judge(more.ElementAtOrDefault(0) ?? "", more.ElementAtOrDefault(1));
        if (args is ["judge", "content", _, var drawn, "--draw", ..]) return ContentEvaluation.Draw(drawn);
        if (args is [("train" or "judge") and var content, "content", var sets, var checkout, ..])
            return content == "train" ? new ContentEvaluation(sets, checkout).Train() : new ContentEvaluation(sets, checkout).Judge();
        if (args is not [("train" or "judge") and var verb, "metadata", var data, var repository, ..])
        {
            Console.Error.WriteLine("usage: Gatehouse.Evaluation train|judge metadata <folder of the public sets> <root of the repository> [--show]");
            Console.Error.WriteLine("       Gatehouse.Evaluation train|judge content <folder of the public sets> <root of the repository> [--draw]");
            Console.Error.WriteLine("       Gatehouse.Evaluation judge secrets <folder of the public sets> <root of the repository> [folder of rule sets] [set to show]");
            Console.Error.WriteLine("       Gatehouse.Evaluation judge personal <folder of the public sets> <root of the repository> [--show]");
            Console.Error.WriteLine("       Gatehouse.Evaluation judge corpus|heldback <folder of the public sets> <root of the repository>");
            return 2;
        }

        var file = Path.Join(data, "tool-descriptions-train.jsonl");
        var train = PublicDefinition.Read(file);
        var evaluation = new Evaluation(repository, args.Contains("--show"));
        if (verb == "train")
            return evaluation.Train(train, file);
        return evaluation.Judge(train, PublicDefinition.Read(Path.Join(data, "tool-descriptions-dev.jsonl")));
    }

    // Descriptions that trained no model, of tools whose names are not in training either.
    private static List<PublicDefinition> Real(string data)
    {
        var train = PublicDefinition.Read(Path.Join(data, "tool-descriptions-train.jsonl"));
        var seen = train.Select(text => text.Name).ToHashSet(StringComparer.Ordinal);
        return [.. PublicDefinition.Read(Path.Join(data, "tool-descriptions-dev.jsonl"))
            .Where(text => !text.IsPoisoned && Bases.Contains(text.Base) && !seen.Contains(text.Name))];
    }

    // As many as make them count beside the corpus.
    private const int OwnOrders = 4000;
    private const int OwnHonest = 3000;

    private static LinearModel Learn(IEnumerable<PublicDefinition> texts) =>
        Trainer.Train(Examples([.. texts, .. PublicDefinition.Own(OwnOrders, OwnHonest)]));

    private int Train(List<PublicDefinition> train, string file)
    {
        var model = Learn(train);
        var card = new ModelCard
        {
            Name = "metadata",
            TrainingData = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file))),
            Texts = train.Count,
            OwnTexts = OwnOrders + OwnHonest,
            Concepts = "sha256:"
                + Convert.ToHexStringLower(
                SHA256.HashData(File.ReadAllBytes(Path.Join(repository, "src/Gatehouse.Detection/Concepts/concepts.txt")))),
            Licence = "Apache-2.0, own weights; trained on descriptions under MIT and Apache-2.0, none of which is in the weights",
            Bias = model.Bias,
            Threshold = model.Threshold,
        };
        File.WriteAllBytes(Path.Join(repository, "src/Gatehouse.Detection/Model/metadata.model"), ModelFile.Write(model, card));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{train.Count} texts, threshold {model.Threshold:0.00}"));
        return 0;
    }

    private int Judge(List<PublicDefinition> train, List<PublicDefinition> dev)
    {
        List<PublicDefinition> all = [.. train, .. dev];
        Head();
        LeftOut(all);
        Sources("## Rules alone, without the learned model\n\nRules are not trained; what is judged is every text of the source.",
            Bases.Select(source => (source, RulesAlone, all.Where(text => text.Base == source).ToList())));
        HashSet<string> seen = [.. train.Select(text => text.Name)];
        Sources("## The model of this build\n\nTexts of the development file whose tool names are not in the training file.",
            Bases.Select(source => (source, ModelFile.Default, dev.Where(text => text.Base == source && !seen.Contains(text.Name)).ToList())));
        OwnSets();
        var path = Path.Join(repository, "bench/results/metadata-detection.md");
        File.WriteAllText(path, page.ToString());
        Console.Write(page.ToString());
        return 0;
    }

    private void Head() => page.Append(CultureInfo.InvariantCulture, $"""
        # Inspection of metadata: what is found, and false alarms

        Written by `bench/evaluate metadata`. Intervals are those of Wilson, 95 %. An alarm is any finding, hard or soft; hard ones block.

        All attacks of the corpus were planted by one generator (some twenty phrases in eight languages, at varying places), so the share found there says that planted phrases are
        found on tools never seen, and little about attacks in other words. The last table is about those: texts written by hand.

        Model {ModelFile.Card.Weights}, trained on {ModelFile.Card.Texts} texts ({ModelFile.Card.TrainingData}) and {ModelFile.Card.OwnTexts} put together from phrases of our own.


        """);

    private void LeftOut(List<PublicDefinition> all)
    {
        List<(string, LinearModel, List<PublicDefinition>)> runs = [];
        foreach (var left in Bases)
        {
            List<PublicDefinition> seen = [.. all.Where(text => text.Base != left)];
            HashSet<string> names = [.. seen.Select(text => text.Name)];
            runs.Add((left, Learn(seen), [.. all.Where(text => text.Base == left && !names.Contains(text.Name))]));
        }

        Sources("## Left out\n\nEach source is judged by rules and by a model that was trained, its threshold included, on the other sources alone; the source's poisoned twin is left out with it, and so is every tool whose name occurs in training.", runs);
    }

    private void Sources(string head, IEnumerable<(string Source, LinearModel Model, List<PublicDefinition> Texts)> runs)
    {
        page.Append(head).Append("\n\n| source | poisoned: found | of them hard | benign: alarms | of them hard |\n|---|---|---|---|---|\n");
        Interval found = default, hardFound = default, alarms = default, hardAlarms = default;
        foreach ((var source, var model, var texts) in runs)
        {
            var judged = texts.AsParallel().AsOrdered().Select(text => (Text: text, Findings: Inspect(text.Json, model))).ToList();
            Interval[] row = [Share(judged, true, false), Share(judged, true, true), Share(judged, false, false), Share(judged, false, true)];
            Row(source, row);
            (found, hardFound, alarms, hardAlarms) = (Sum(found, row[0]), Sum(hardFound, row[1]), Sum(alarms, row[2]), Sum(hardAlarms, row[3]));
            foreach (var one in judged.Where(one => shows && one.Findings.Count > 0 != one.Text.IsPoisoned))
                Console.WriteLine($"{(one.Text.IsPoisoned ? "MISS" : "ALARM")} {one.Text.Name} {string.Join(' ', one.Findings.Select(finding => Shown(finding, one.Text.Json)))}");
        }

        Row("all", [found, hardFound, alarms, hardAlarms]);
        page.Append('\n');

        static string Shown(DefinitionFinding finding, string json) =>
            $"{finding.Rule.Id}{(finding.IsHard ? "!" : "")} [{Encoding.UTF8.GetString(finding.Span.Of(Encoding.UTF8.GetBytes(json)))}]";

        static Interval Sum(Interval one, Interval other) => new(one.Hits + other.Hits, one.Count + other.Count);
    }

    private void Row(string source, Interval[] row) => page.Append(CultureInfo.InvariantCulture, $"| {source} | {string.Join(" | ", row)} |\n");

    private static Interval Share(List<(PublicDefinition Text, IReadOnlyList<DefinitionFinding> Findings)> judged, bool isPoisoned, bool isHard)
    {
        var of = judged.Where(one => one.Text.IsPoisoned == isPoisoned).ToList();
        return new Interval(of.Count(one => one.Findings.Any(finding => finding.IsHard || !isHard)), of.Count);
    }

    private void OwnSets()
    {
        page.Append("""
            ## Written by hand

            `tests/Gatehouse.Detection.Tests/Sets`. `paraphrases` are attacks in words of our own, in eleven languages and encodings; rules and words were mended with them in view (before that,
            50 of 64 were found); `second` was written then, and words were added with it in view as well (before that, 23 of 40). `third` was written last, with orders that look like plain statements; one rule was loosened and the model trained anew since (before that, 12 of 30). `honest` are descriptions full of the words that attacks use.

            | set | with any finding | hard |
            |---|---|---|

            """);
        foreach (var name in new[] { "paraphrases", "second", "third", "honest" })
        {
            int count = 0, found = 0, hard = 0;
            foreach (var line in File.ReadLines(Path.Join(repository, $"tests/Gatehouse.Detection.Tests/Sets/{name}.jsonl")))
            {
                using var row = JsonDocument.Parse(line);
                var json = row.RootElement.TryGetProperty("tool", out var tool) ? tool.GetRawText()
                    : JsonSerializer.Serialize(
                    new Dictionary<string, string> { ["name"] = "tool", ["description"] = row.RootElement.GetProperty("text").GetString()! });
                var findings = Inspect(json, ModelFile.Default);
                count++;
                found += findings.Count > 0 ? 1 : 0;
                hard += findings.Any(finding => finding.IsHard) ? 1 : 0;
                if (shows && findings.Count > 0 == (name == "honest"))
                    Console.WriteLine($"{name}: {string.Join(' ', findings.Select(finding => finding.Rule.Id))} {line}");
            }

            page.Append(CultureInfo.InvariantCulture, $"| {name} | {new Interval(found, count)} | {new Interval(hard, count)} |\n");
        }
    }

    private static IReadOnlyList<DefinitionFinding> Inspect(string json, LinearModel model)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        var name = JsonWalk.TryFindMember(bytes, new ByteRange(0, bytes.Length), "name"u8, out var found) ? JsonWalk.String(bytes, found) ?? "" : "";
        var definition = new ServerDefinition(DefinitionKind.Tool, name, bytes, new ByteRange(0, bytes.Length));
        return MetadataInspector.Inspect(definition, new TextModels(model, null));
    }

    private static List<Example> Examples(List<PublicDefinition> texts) => [.. texts.AsParallel().AsOrdered().Select(Example.From)];
}
