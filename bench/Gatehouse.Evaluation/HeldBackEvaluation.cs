using Gatehouse.Corpus;
using Gatehouse.Detection.Content;

namespace Gatehouse.Evaluation;

/// <summary>
/// The command <c>judge heldback</c>: the inspection of this build over the authors that wrote after model, rules and thresholds were fixed. It is
/// meant to run once for a model; who changes the detector because of its figures needs other authors for the next.
/// </summary>
internal sealed class HeldBackEvaluation(string repository)
{
    private const string Introduction = """
        # Injection in texts: authors held back

        Written by `bench/evaluate heldback`. The texts of two authors that were written after model, rules and thresholds of this build were fixed, from briefs
        that its makers had not read. The inspection as it is in the product. Definitions: *low* is any finding, *high* a hard one. Messages: the confidence
        of the surest finding. Harmless texts are hard: most have the words of an attack. Intervals are those of Wilson, 95 %, over texts.


        """;

    /// <summary>Writes <c>bench/results/held-back-detection.md</c>.</summary>
    public int Judge()
    {
        var inspection = new InspectionWith(ContentFile.Default);
        var rows = CorpusReader.Read(Path.Join(repository, "corpus")).Where(entry => CorpusReader.HeldBack.Contains(entry.Author))
            .AsParallel().AsOrdered().Select(inspection.Judge).ToList();
        if (rows.Count == 0)
        {
            Console.Error.WriteLine("corpus/ has no texts of the authors that are held back");
            return 1;
        }

        var page = new DetectionPage(rows, Introduction).Write();
        File.WriteAllText(Path.Join(repository, "bench/results/held-back-detection.md"), page);
        Console.Write(page);
        return 0;
    }
}
