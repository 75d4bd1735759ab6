using System.Globalization;
using System.Text;

namespace Gatehouse.Evaluation;

/// <summary>A page of results: what is found and what is reported, by head, place, kind, language, author and source.</summary>
/// <param name="rows">The judged texts.</param>
/// <param name="introduction">The beginning of the page.</param>
/// <param name="pictureUnder">Returns the picture under a heading; null for a page without pictures.</param>
internal sealed class DetectionPage(IReadOnlyList<DetectionRow> rows, string introduction, Func<string, string?>? pictureUnder = null)
{
    private static readonly string[] MainLanguages = ["en", "de", "da", "fr", "es", "zh"];

    private readonly StringBuilder page = new();

    /// <summary>Returns the page.</summary>
    public string Write()
    {
        page.Append(introduction.TrimEnd()).Append("\n\n");
        foreach (var head in (string[])["definitions", "results", "prompts"])
        {
            Table(char.ToUpperInvariant(head[0]) + head[1..], rows.Where(row => row.Head == head), row => row.IsOutside ? "other sources" : "authors left out");
        }

        Table("By place", rows.Where(row => !row.IsOutside), row => row.Place);
        Table("By kind of attack", rows.Where(row => !row.IsOutside && row.IsAttack), row => row.Kind);
        Table("By language", rows.Where(row => !row.IsOutside), row => row.Language);
        foreach (var head in (string[])["definitions", "results", "prompts"])
        {
            Table($"By main language, {head}", rows.Where(row => !row.IsOutside && row.Head == head),
                row => MainLanguages.Contains(row.Language) ? row.Language : "others");
        }

        Table("By author", rows.Where(row => !row.IsOutside), row => row.Source);
        if (rows.Any(row => row.IsOutside)) Table("By other source", rows.Where(row => row.IsOutside), row => row.Source);
        return page.ToString().TrimEnd() + "\n";
    }

    private void Table(string title, IEnumerable<DetectionRow> of, Func<DetectionRow, string> by)
    {
        page.Append(CultureInfo.InvariantCulture, $"## {title}\n\n");
        if (pictureUnder?.Invoke(title) is { } picture) page.Append(picture).Append("\n\n");
        page.Append(
            "| | attacks: low or more | medium or more | high | harmless: low or more | medium or more | high |\n|---|---|---|---|---|---|---|\n");
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
