using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Corpus;
using Gatehouse.Detection.Content;
using Gatehouse.Detection.Text;
using Gatehouse.Evaluation.Pictures;

namespace Gatehouse.Evaluation;

/// <summary>
/// The commands <c>train content</c> and <c>judge content</c>: the model of passages, and the inspection with it, on authors and sources left out.
/// </summary>
internal sealed class ContentEvaluation
{
    // A public text counts more than one of the corpus: the corpus has as many attacks as there are public texts, and its own manner.
    private const double PublicWeight = 2.5;
    private const int MostPublicMessages = 6000;
    private const int Groups = 6;
    private const int Longest = 3 * ContentModel.Wide;
    private const string Scores = "artifacts/content-scores.jsonl";
    private const string Folder = "src/Gatehouse.Detection/Content";

    private const string Introduction = """
        # Injection in texts: authors and sources left out

        Written by `bench/evaluate content`. The inspection as it is in the product: readable rules, decoding, the model of sentences (definitions) and
        the model of passages. The authors of `corpus/` and the public sources are in six groups. Each group is judged with a model of passages that was
        trained on four of the others; the harmless texts of the fifth chose its thresholds. Harmless texts of the corpus are hard: most have the words of an
        attack. Definitions: *low* is any finding, which asks the person who approves; *high* is a hard one, which withholds. Messages: the confidence of
        the surest finding. The readable rules are the same for all groups and were written with the corpus of the first twelve authors at hand, so theirs
        are figures of development; the authors that are held back are judged apart. Intervals are those of Wilson, 95 %, over texts; texts of one author
        resemble each other.
        """;

    // The most of a development author's harmless texts that each threshold may report. They have the words of attacks, so these are hard.
    private static readonly (double Low, double Medium, double High)[] Targets = [(0.12, 0.03, 0.01), (0.04, 0.012, 0.003), (0.1, 0.025, 0.0075)];

    private readonly string data;
    private readonly string repository;
    private readonly List<Judged> corpus;
    private readonly List<(PublicDefinition Of, ReadText Read)> real;
    private readonly List<(PublicText Of, ReadText Read)> texts;

    public ContentEvaluation(string data, string repository)
    {
        this.data = data;
        this.repository = repository;
        corpus = [.. CorpusReader.Read(Path.Join(repository, "corpus")).Where(entry => !CorpusReader.HeldBack.Contains(entry.Author))
            .AsParallel().AsOrdered().Select(entry => new Judged(entry, Fold(entry.Text)))];
        real = [.. PublicDefinition.Read(Path.Join(data, "tool-descriptions-train.jsonl")).Where(text => !text.IsPoisoned).AsParallel().AsOrdered()
            .Select(text => (text, new ReadText(Cut(string.Join('\n', text.Strings().Where(part => part.Length >= ContentModel.Shortest).Take(20)
                .Select(Fold))))))];
        texts = [.. PublicText.Read(Path.Join(data, "injection-train.jsonl")).Where(text => !text.IsOwn).AsParallel().AsOrdered()
            .Select(text => (text, new ReadText(Cut(Fold(text.Text[..Math.Min(text.Text.Length, 4000)])))))];
    }

    /// <summary>Trains the model of this build and writes it.</summary>
    public int Train()
    {
        var development = CorpusReader.Development.ToHashSet(StringComparer.Ordinal);
        var held = corpus.Where(one => development.Contains(one.Entry.Author)).ToList();
        var trainer = Trainer([.. corpus.Where(one => !development.Contains(one.Entry.Author))], leftOut: -1);
        var model = WithThresholds(trainer.Train(), held);
        var card = new ContentCard
        {
            TrainingData = "sha256:" + Convert.ToHexStringLower(SHA256.HashData([.. TrainingFiles(development).SelectMany(File.ReadAllBytes)])),
            Lexicon = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Join(repository, Folder, "lexicon.txt")))),
            Texts = trainer.CorpusTexts,
            PublicTexts = trainer.Texts - trainer.CorpusTexts,
            Licence = "Apache-2.0, own weights; trained on corpus/ and on public texts under MIT, Apache-2.0 and CC0, none of which is in the weights",
        };
        File.WriteAllBytes(Path.Join(repository, Folder, "content.model"), ContentFile.Write(model, card));
        var thresholds = model.Scales.Select(scale => string.Create(CultureInfo.InvariantCulture, $"{scale.Low:0.00} {scale.Medium:0.00} {scale.High:0.00}"));
        Console.WriteLine($"{trainer.Texts} texts, thresholds {string.Join("; ", thresholds)}");
        return 0;
    }

    /// <summary>
    /// Judges each group of authors and of sources by a model that saw neither the group nor, for its thresholds, the texts judged. Writes the page
    /// of results.
    /// </summary>
    public int Judge()
    {
        var rows = new List<DetectionRow>();
        for (var group = 0; group < Groups; group++)
        {
            var chooses = (group + 1) % Groups;
            var model = WithThresholds(Trainer([.. corpus.Where(one => GroupOf(one) != group && GroupOf(one) != chooses)], group).Train(),
                [.. corpus.Where(one => GroupOf(one) == chooses)]);
            var inspection = new InspectionWith(model);
            rows.AddRange(corpus.Where(one => GroupOf(one) == group).AsParallel().AsOrdered().Select(one => inspection.Judge(one.Entry)));
            rows.AddRange(real.Where(one => GroupOf(one.Of) == group).AsParallel().AsOrdered().Select(one => inspection.Judge(one.Of)));
            rows.AddRange(texts.Where(one => GroupOf(one.Of) == group).AsParallel().AsOrdered().Select(one => inspection.Judge(one.Of)));
            Console.Error.WriteLine($"group {group + 1} of {Groups} judged");
        }

        DetectionScores.Write(Path.Join(repository, Scores), rows);
        return Report(repository, rows);
    }

    /// <summary>Writes the page and its pictures from the scores of the last <see cref="Judge"/>.</summary>
    /// <param name="repository">Root of the checkout.</param>
    public static int Draw(string repository)
    {
        var file = Path.Join(repository, Scores);
        if (File.Exists(file)) return Report(repository, DetectionScores.Read(file));
        Console.Error.WriteLine($"{file} does not exist. Write it with bench/evaluate content.");
        return 1;
    }

    private static int Report(string repository, IReadOnlyList<DetectionRow> rows)
    {
        var results = Path.Join(repository, "bench/results");
        var page = new DetectionPage(rows, Introduction, ContentPictures.Under).Write();
        File.WriteAllText(Path.Join(results, "content-detection.md"), page);
        Directory.CreateDirectory(Path.Join(results, ContentPictures.Folder));
        foreach (var (name, svg) in ContentPictures.Of(rows)) File.WriteAllText(Path.Join(results, ContentPictures.Folder, name), svg);
        Console.Write(page);
        return 0;
    }

    private IEnumerable<string> TrainingFiles(HashSet<string> development) =>
        Directory.GetFiles(Path.Join(repository, "corpus"), "*.gz").Order(StringComparer.Ordinal)
            .Where(file => Path.GetFileName(file).Split('.')[0] is var author && !development.Contains(author)
                && !CorpusReader.HeldBack.Contains(author))
            .Append(Path.Join(data, "tool-descriptions-train.jsonl")).Append(Path.Join(data, "injection-train.jsonl"));

    // Trains on the texts given, and on harmless public texts of all groups but one. Attacks of public sources train nothing: with them fewer of the
    // corpus were found (decision 0104).
    private ContentTrainer Trainer(IReadOnlyList<Judged> training, int leftOut)
    {
        var trainer = new ContentTrainer();
        var reads = training.AsParallel().AsOrdered().Select(one => new ReadText(Cut(one.Folded))).ToList();
        var counterparts = training.Zip(reads).Where(one => !one.First.Entry.IsAttack)
            .GroupBy(one => (one.First.Entry.Author, one.First.Entry.Pair)).ToDictionary(group => group.Key, group => group.First().Second);
        foreach (var (one, read) in training.Zip(reads))
        {
            // One passage of a long attack holds the attack, and the corpus does not say which.
            if (one.Entry.IsAttack && one.Folded.Length > Longest) continue;
            trainer.Add(read, HeadOf(one.Entry), one.Entry.IsAttack, 1,
                one.Entry.IsAttack ? counterparts.GetValueOrDefault((one.Entry.Author, one.Entry.Pair)) : null);
        }

        trainer.CorpusTexts = trainer.Texts;
        foreach (var (_, read) in real.Where(one => GroupOf(one.Of) != leftOut)) trainer.Add(read, ContentHead.Definitions, false, PublicWeight);
        var messages = texts.Where(one => GroupOf(one.Of) != leftOut).ToList();
        foreach (var (of, read) in messages.Where(one => !one.Of.IsAttack).Take(MostPublicMessages))
            trainer.Add(read, of.IsPrompt ? ContentHead.Prompts : ContentHead.Results, false, PublicWeight);
        return trainer;
    }

    private static ContentModel WithThresholds(ContentModel model, IReadOnlyList<Judged> development)
    {
        var scales = new HeadScale[ContentModel.Heads];
        for (var head = 0; head < ContentModel.Heads; head++)
        {
            var of = (ContentHead)head;
            var scores = development.Where(one => !one.Entry.IsAttack && HeadOf(one.Entry) == of).AsParallel()
                .Select(one => model.Best(one.Folded, of, out _, out _)).ToList();
            scales[head] = model.Scales[head] with
            {
                Low = ContentThreshold.Of(scores, Targets[head].Low),
                Medium = ContentThreshold.Of(scores, Targets[head].Medium),
                High = ContentThreshold.Of(scores, Targets[head].High),
            };
        }

        return new ContentModel(model.ToWeights(), scales);
    }

    private static int GroupOf(Judged one) => int.Parse(one.Entry.Author.AsSpan(1), CultureInfo.InvariantCulture) % Groups;

    private static int GroupOf(PublicText text) => SHA256.HashData(Encoding.UTF8.GetBytes(text.Source))[0] % Groups;

    private static int GroupOf(PublicDefinition text) => text.Base switch
    {
        "toolsdk-ai/toolsdk-mcp-registry" => 0,
        "ShishirPatil/gorilla-BFCL" => 2,
        "docker/mcp-registry" => 4,
        _ => SHA256.HashData(Encoding.UTF8.GetBytes(text.Base))[0] % Groups,
    };

    private static string Cut(string text) => text[..Math.Min(text.Length, Longest)];

    private static string Fold(string text) => TextViews.Of(TextView.Of(text)).Folded[0].Text;

    private static ContentHead HeadOf(CorpusEntry entry) =>
        entry.IsDefinition ? ContentHead.Definitions : entry.IsPrompt ? ContentHead.Prompts : ContentHead.Results;

    private sealed record Judged(CorpusEntry Entry, string Folded);
}
