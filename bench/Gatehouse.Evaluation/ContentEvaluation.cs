using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Corpus;
using Gatehouse.Detection.Content;
using Gatehouse.Detection.Text;

namespace Gatehouse.Evaluation;

/// <summary>
/// The commands <c>train content</c> and <c>judge content</c>: the content model, on authors and sources that it was not trained on.
/// </summary>
internal sealed class ContentEvaluation
{
    // A public text counts less than one of the corpus: it is easy, and there are many.
    private const double PublicWeight = 0.4;
    private const int MostPublicMessages = 6000;

    // The harmless texts of the corpus have the words of attacks. At most so many of those of a development author may be reported.
    private static readonly double[] Targets = [0.01, 0.015, 0.03, 0.05, 0.10];
    private const double Shipped = 0.015;

    private readonly string data;
    private readonly string repository;
    private readonly List<Judged> corpus;
    private readonly List<(PublicDefinition Of, List<string> Texts)> real;
    private readonly List<(PublicText Of, string Folded)> texts;
    private readonly StringBuilder page = new();

    public ContentEvaluation(string data, string repository)
    {
        this.data = data;
        this.repository = repository;
        corpus = [.. CorpusReader.Read(Path.Join(repository, "corpus")).Where(entry => !CorpusReader.HeldBack.Contains(entry.Author))
            .AsParallel().AsOrdered().Select(entry => new Judged(entry, Readings(entry.Text)))];
        real = [.. PublicDefinition.Read(Path.Join(data, "tool-descriptions-train.jsonl")).Where(text => !text.IsPoisoned).AsParallel().AsOrdered()
            .Select(text => (text, text.Strings().Where(part => part.Length >= ContentModel.Shortest).SelectMany(Readings).ToList()))];
        texts = [.. PublicText.Read(Path.Join(data, "injection-train.jsonl")).Where(text => !text.IsOwn).AsParallel().AsOrdered()
            .Select(text => (text, Readings(text.Text[..Math.Min(text.Text.Length, 4000)])[0]))];
    }

    /// <summary>Trains the model of this build and writes it.</summary>
    public int Train()
    {
        var development = CorpusReader.Development.ToHashSet(StringComparer.Ordinal);
        var held = corpus.Where(one => development.Contains(one.Entry.Author)).ToList();
        var trainer = Trainer([.. corpus.Where(one => !development.Contains(one.Entry.Author))], "");
        var model = trainer.Train();
        var threshold = Threshold(model, held.Where(one => one.Entry.IsDefinition), Shipped);
        var shipped = new ContentModel(model.Weights.ToArray(), model.Step, model.Bias, threshold);
        var card = new ContentCard
        {
            TrainingData = "sha256:" + Convert.ToHexStringLower(SHA256.HashData([.. TrainingFiles(development).SelectMany(File.ReadAllBytes)])),
            Texts = trainer.CorpusTexts,
            PublicTexts = trainer.Texts - trainer.CorpusTexts,
            Licence = "Apache-2.0, own weights; trained on corpus/ and on public texts under MIT, Apache-2.0 and CC0, none of which is in the weights",
        };
        File.WriteAllBytes(Path.Join(repository, "src/Gatehouse.Detection/Content/content.model"), ContentFile.Write(shipped, card));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{trainer.Texts} texts, threshold {threshold:0.000}"));
        return 0;
    }

    /// <summary>
    /// Judges each author by a model that saw neither the author nor, for its threshold, the texts judged. Writes the page of results.
    /// </summary>
    public int Judge()
    {
        page.Append("""
            # Content model: authors and sources left out

            Written by `bench/evaluate content`. Each author of `corpus/` is judged by a model that was trained on the other authors but one. The texts of that one chose the threshold: at most
            the given share of its harmless texts is reported. Harmless texts of the corpus are hard, since they have the words of the attacks. Each registry of real definitions is judged by
            models that were not trained on it, and each outside text by one model. Intervals are those of Wilson, 95 %, over texts; texts of one author resemble each other, so look at the
            table by author for what a new author means. All twelve authors helped to choose the model and its settings, so these are figures of development. Where a language has one author, leaving
            out the author leaves out the language: ar, hi, ja, ko, nl, pl, ru, sv and tr say how the model reads a language that it never saw.


            """);
        var authors = corpus.Select(one => one.Entry.Author).Distinct().Order(StringComparer.Ordinal).ToList();
        var rows = new List<Row>();
        for (var at = 0; at < authors.Count; at++)
        {
            var (left, chooses) = (authors[at], authors[(at + 1) % authors.Count]);
            var source = Sources[at % Sources.Length];
            var model = Trainer([.. corpus.Where(one => one.Entry.Author != left && one.Entry.Author != chooses)], source).Train();
            var turn = (at, authors.Count);
            foreach (var head in Enum.GetValues<Head>()) rows.AddRange(Judge(model, head, left, chooses, source, turn));
            Console.Error.WriteLine($"{left} judged");
        }

        foreach (var head in Enum.GetValues<Head>()) Table(head, rows);
        Details(rows);
        File.WriteAllText(Path.Join(repository, "bench/results/content-detection.md"), page.ToString().TrimEnd() + "\n");
        Console.Write(page.ToString());
        return 0;
    }

    private IEnumerable<string> TrainingFiles(HashSet<string> development) =>
        Directory.GetFiles(Path.Join(repository, "corpus"), "*.gz").Order(StringComparer.Ordinal)
            .Where(file => Path.GetFileName(file).Split('.')[0] is var author && !development.Contains(author)
                && !CorpusReader.HeldBack.Contains(author))
            .Append(Path.Join(data, "tool-descriptions-train.jsonl")).Append(Path.Join(data, "injection-train.jsonl"));

    private static string[] Sources => ["toolsdk-ai/toolsdk-mcp-registry", "ShishirPatil/gorilla-BFCL", "docker/mcp-registry"];

    private IEnumerable<Row> Judge(ContentModel model, Head head, string left, string chooses, string source, (int At, int Of) turn)
    {
        var scored = corpus.Where(one => one.Entry.Author == left && HeadOf(one.Entry) == head)
            .AsParallel().AsOrdered().Select(one => (one.Entry, Score: Score(model, one.Readings))).ToList();
        var outside = Outside(model, head, source, turn);
        foreach (var target in Targets)
        {
            var threshold = Threshold(model, corpus.Where(one => one.Entry.Author == chooses && HeadOf(one.Entry) == head), target);
            foreach (var (entry, score) in scored) yield return new Row(head, target, entry, null, entry.IsAttack, score >= threshold);
            foreach (var (name, isAttack, score) in outside) yield return new Row(head, target, null, name, isAttack, score >= threshold);
        }
    }

    // Of the definitions of the registry, and of the public texts, those that no other model judges.
    private List<(string Source, bool IsAttack, double Score)> Outside(ContentModel model, Head head, string source, (int At, int Of) turn)
    {
        if (head == Head.Definitions)
        {
            var rounds = turn.Of / Sources.Length;
            return [.. real.Where(one => one.Of.Base == source).Where((_, at) => at % rounds == turn.At / Sources.Length)
                .AsParallel().AsOrdered().Select(one => (source, false, Score(model, one.Texts)))];
        }

        return [.. texts.Where(one => one.Of.IsPrompt == (head == Head.Prompts) && !IsTrained(one.Of)).Where((_, at) => at % turn.Of == turn.At)
            .AsParallel().AsOrdered().Select(one => (one.Of.Source, one.Of.IsAttack, Score(model, [one.Folded])))];
    }

    private void Table(Head head, List<Row> rows)
    {
        page.Append(CultureInfo.InvariantCulture, $"## {head}\n\n| share of a development author's harmless texts | attacks found | harmless reported | outside, attacks | outside, harmless |\n|---|---|---|---|---|\n");
        foreach (var target in Targets)
        {
            var of = rows.Where(row => row.Head == head && row.Target == target).ToList();
            page.Append(CultureInfo.InvariantCulture, $"| {target:P1} | {Share(of, true, false)} | {Share(of, false, false)} | {Share(of, true, true)} | {Share(of, false, true)} |\n");
        }

        page.Append('\n');
    }

    private void Details(List<Row> rows)
    {
        var of = rows.Where(row => row.Target == Shipped && row.Entry is not null).ToList();
        Group("By place", of, row => row.Entry!.Place);
        Group("By kind of attack", [.. of.Where(row => row.IsAttack)], row => row.Entry!.Kind);
        Group("By language", of, row => row.Entry!.Language);
        Group("By author", of, row => row.Entry!.Author);
        Group("By outside source", [.. rows.Where(row => row.Target == Shipped && row.Entry is null)], row => row.Source!);
    }

    private void Group(string title, List<Row> rows, Func<Row, string> by)
    {
        page.Append(CultureInfo.InvariantCulture, $"## {title}, at {Shipped:P1}\n\n| | attacks found | harmless reported |\n|---|---|---|\n");
        foreach (var group in rows.GroupBy(by).OrderBy(group => group.Key, StringComparer.Ordinal))
            page.Append(CultureInfo.InvariantCulture, $"| {group.Key} | {Share([.. group], true)} | {Share([.. group], false)} |\n");
        page.Append('\n');
    }

    private static Interval Share(List<Row> rows, bool isAttack, bool? outside = null)
    {
        var of = rows.Where(row => row.IsAttack == isAttack && (outside is null || row.Entry is null == outside)).ToList();
        return new Interval(of.Count(row => row.IsFound), of.Count);
    }

    // Trains without one registry of definitions; "" leaves out none. Attacks of public sources train nothing: with them fewer of the corpus were
    // found and more real definitions reported (decision 0103).
    private ContentTrainer Trainer(IReadOnlyList<Judged> training, string registry)
    {
        var trainer = new ContentTrainer();
        foreach (var one in training) trainer.Add(one.Readings[0], one.Entry.IsAttack, 1);
        trainer.CorpusTexts = trainer.Texts;
        // A definition is one example, so that one with many parameters counts no more than another.
        foreach (var (_, parts) in real.Where(one => one.Of.Base != registry))
            trainer.Add(Cut(string.Join('\n', parts.Take(20))), false, PublicWeight);
        foreach (var folded in Messages()) trainer.Add(Cut(folded), false, PublicWeight);
        return trainer;
    }

    private static string Cut(string text) => text[..Math.Min(text.Length, ContentModel.Passage)];

    // The harmless public texts of half of the sources: the others are judged.
    private IEnumerable<string> Messages() => texts.Where(one => IsTrained(one.Of)).Take(MostPublicMessages).Select(one => one.Folded);

    private static bool IsTrained(PublicText text) => !text.IsAttack && SHA256.HashData(Encoding.UTF8.GetBytes(text.Source))[0] % 2 == 0;

    private static double Threshold(ContentModel model, IEnumerable<Judged> development, double target) =>
        ContentThreshold.Of(development.Where(one => !one.Entry.IsAttack).AsParallel().Select(one => Score(model, one.Readings)), target);

    private static double Score(ContentModel model, List<string> readings) =>
        readings.Select(reading => model.Best(reading, out _, out _)).DefaultIfEmpty(double.NegativeInfinity).Max();

    private static List<string> Readings(string text) => [.. TextViews.Of(TextView.Of(text)).Folded.Select(view => view.Text)];

    private static Head HeadOf(CorpusEntry entry) => entry.IsDefinition ? Head.Definitions : entry.IsPrompt ? Head.Prompts : Head.Results;

    private enum Head
    {
        Definitions,
        Results,
        Prompts,
    }

    private sealed record Judged(CorpusEntry Entry, List<string> Readings);

    private sealed record Row(Head Head, double Target, CorpusEntry? Entry, string? Source, bool IsAttack, bool IsFound);
}
