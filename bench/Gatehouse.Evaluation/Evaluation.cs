using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gatehouse.Detection;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Integrity.Inspection;
using Gatehouse.Protocol;

namespace Gatehouse.Evaluation;

/// <summary>The commands <c>train metadata</c> and <c>judge metadata</c>.</summary>
internal static class Evaluation
{
    private static readonly string[] Bases = ["toolsdk-ai/toolsdk-mcp-registry", "ShishirPatil/gorilla-BFCL", "docker/mcp-registry"];

    public static int Run(string[] args)
    {
        if (args is not [("train" or "judge") and var verb, "metadata", var data, var repository])
        {
            Console.Error.WriteLine("usage: Gatehouse.Evaluation train|judge metadata <folder of the corpus> <root of the repository>");
            return 2;
        }

        string file = Path.Join(data, "tool-descriptions-train.jsonl");
        List<CorpusText> train = CorpusText.Read(file);
        if (verb == "train")
            return Train(train, file, repository);
        List<CorpusText> dev = CorpusText.Read(Path.Join(data, "tool-descriptions-dev.jsonl"));
        return Judge(train, dev, repository);
    }

    private static int Train(List<CorpusText> train, string file, string repository)
    {
        LinearModel model = Trainer.Train(Examples(train));
        var card = new ModelCard
        {
            Name = "metadata",
            TrainingData = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file))),
            Texts = train.Count,
            Concepts = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Join(repository, "src/Gatehouse.Detection/Concepts/concepts.txt")))),
            Licence = "Apache-2.0, own weights; trained on descriptions under MIT and Apache-2.0, none of which is in the weights",
            Bias = model.Bias,
            Threshold = model.Threshold,
        };
        File.WriteAllBytes(Path.Join(repository, "src/Gatehouse.Detection/Model/metadata.model"), ModelFile.Write(model, card));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{train.Count} texts, threshold {model.Threshold:0.00}"));
        return 0;
    }

    private static int Judge(List<CorpusText> train, List<CorpusText> dev, string repository)
    {
        List<CorpusText> all = [.. train, .. dev];
        foreach (string left in Bases)
        {
            List<CorpusText> seen = [.. all.Where(text => text.Base != left)];
            HashSet<string> names = [.. seen.Select(text => text.Name)];
            LinearModel model = Trainer.Train(Examples(seen));
            List<CorpusText> test = [.. all.Where(text => text.Base == left && !names.Contains(text.Name))];
            Tell(left, test, model);
        }

        foreach (string name in new[] { "adversarial", "honest" })
        {
            int found = 0, hard = 0, count = 0;
            foreach (string line in File.ReadLines(Path.Join(repository, $"tests/Gatehouse.Detection.Tests/Sets/{name}.jsonl")))
            {
                using var row = JsonDocument.Parse(line);
                string json = row.RootElement.TryGetProperty("tool", out JsonElement tool) ? tool.GetRawText()
                    : JsonSerializer.Serialize(new Dictionary<string, string> { ["name"] = "tool", ["description"] = row.RootElement.GetProperty("text").GetString()! });
                var findings = Inspect(json, ModelFile.Default);
                count++;
                found += findings.Count > 0 ? 1 : 0;
                hard += findings.Any(finding => finding.IsHard) ? 1 : 0;
                if (findings.Count > 0 != (name == "adversarial") || Environment.GetEnvironmentVariable("SHOW") == "1")
                    Console.WriteLine($"  {string.Join(' ', findings.Select(f => f.Rule.Id + (f.IsHard ? "!" : "")))} {line[..Math.Min(200, line.Length)]}");
            }

            Console.WriteLine($"{name}: any {found}/{count}, hard {hard}");
        }

        return 0;
    }

    private static void Tell(string name, List<CorpusText> test, LinearModel model)
    {
        var judged = test.AsParallel().AsOrdered().Select(text => (Text: text, Findings: Inspect(text.Json, model))).ToList();
        int poisoned = judged.Count(one => one.Text.IsPoisoned), benign = judged.Count - poisoned;
        int found = judged.Count(one => one.Text.IsPoisoned && one.Findings.Count > 0), alarms = judged.Count(one => !one.Text.IsPoisoned && one.Findings.Count > 0);
        int hardFound = judged.Count(one => one.Text.IsPoisoned && one.Findings.Any(f => f.IsHard)), hardAlarms = judged.Count(one => !one.Text.IsPoisoned && one.Findings.Any(f => f.IsHard));
        foreach (var one in judged.Where(one => one.Findings.Count > 0 != one.Text.IsPoisoned).Take(40))
            Console.WriteLine($"  {(one.Text.IsPoisoned ? "MISS" : "ALARM")} {string.Join(' ', one.Findings.Select(f => $"{f.Rule.Id}{(f.IsHard ? "!" : "")} {f.Message} [{Encoding.UTF8.GetString(f.Span.Of(Encoding.UTF8.GetBytes(one.Text.Json)))}]"))} {one.Text.Name}");
        Console.WriteLine($"{name}: found {found}/{poisoned} (hard {hardFound}); alarms {alarms}/{benign} = {(double)alarms / benign:P3} (hard {hardAlarms}); threshold {model.Threshold:0.00}");
    }

    private static IReadOnlyList<DefinitionFinding> Inspect(string json, LinearModel model)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(json);
        string name = JsonWalk.TryFindMember(bytes, new ByteRange(0, bytes.Length), "name"u8, out ByteRange found) ? JsonWalk.String(bytes, found) ?? "" : "";
        return MetadataInspector.Inspect(new ServerDefinition(DefinitionKind.Tool, name, bytes, new ByteRange(0, bytes.Length)), model);
    }

    private static List<Example> Examples(List<CorpusText> texts) => [.. texts.AsParallel().AsOrdered().Select(Example.From)];
}
