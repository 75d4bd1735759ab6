using System.Globalization;
using System.Text;

namespace Gatehouse.Evaluation;

/// <summary>The page of results of authors and sources left out.</summary>
internal sealed class DetectionPage(IReadOnlyList<DetectionRow> rows)
{
    private static readonly string[] MainLanguages = ["en", "de", "da", "fr", "es", "zh"];

    private readonly StringBuilder page = new();

    /// <summary>Returns the page.</summary>
    public string Write()
    {
        page.Append("""
            # Injection in texts: authors and sources left out

            Written by `bench/evaluate content`. The inspection as it is in the product: readable rules, decoding, the model of sentences (definitions) and
            the model of passages. The authors of `corpus/` and the public sources are in six groups. Each group is judged with a model of passages that was
            trained on four of the others; the harmless texts of the fifth chose its thresholds. Harmless texts of the corpus are hard: most have the words of an
            attack. Definitions: *low* is any finding, which asks the person who approves; *high* is a hard one, which withholds. Messages: the confidence of
            the surest finding. The readable rules are the same for all groups and were written with the corpus of the first twelve authors at hand, so theirs
            are figures of development; the authors that are held back are judged apart. Intervals are those of Wilson, 95 %, over texts; texts of one author
            resemble each other.


            """);
        foreach (var head in (string[])["definitions", "results", "prompts"])
        {
            Table(char.ToUpperInvariant(head[0]) + head[1..], rows.Where(row => row.Head == head), row => row.IsOutside ? "other sources" : "authors left out");
        }

        Table("By place", rows.Where(row => !row.IsOutside), row => row.Place);
        Table("By kind of attack", rows.Where(row => !row.IsOutside && row.IsAttack), row => row.Kind);
        Table("By language", rows.Where(row => !row.IsOutside), row => row.Language);
        foreach (var head in (string[])["definitions", "results", "prompts"])
            Table($"By main language, {head}", rows.Where(row => !row.IsOutside && row.Head == head), row => MainLanguages.Contains(row.Language) ? row.Language : "others");
        Table("By author", rows.Where(row => !row.IsOutside), row => row.Source);
        Table("By other source", rows.Where(row => row.IsOutside), row => row.Source);
        return page.ToString().TrimEnd() + "\n";
    }

    private void Table(string title, IEnumerable<DetectionRow> of, Func<DetectionRow, string> by)
    {
        page.Append(CultureInfo.InvariantCulture,
            $"## {title}\n\n| | attacks: low or more | medium or more | high | harmless: low or more | medium or more | high |\n|---|---|---|---|---|---|---|\n");
        foreach (var row in of.GroupBy(by).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            page.Append(CultureInfo.InvariantCulture, $"| {row.Key} |");
            foreach (var isAttack in (bool[])[true, false])
            {
                var some = row.Where(one => one.IsAttack == isAttack).ToList();
                for (var level = 1; level <= 3; level++)
                    page.Append(CultureInfo.InvariantCulture, $" {new Interval(some.Count(one => one.Level >= level), some.Count)} |");
            }

            page.Append('\n');
        }

        page.Append('\n');
    }
}
