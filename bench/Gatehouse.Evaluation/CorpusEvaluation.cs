using System.Globalization;
using System.Text;
using System.Text.Json;
using Gatehouse.Corpus;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Integrity.Inspection;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Evaluation;

/// <summary>
/// The command <c>judge corpus</c>: the inspection of this build over the definitions of <c>corpus/</c>, whose authors never saw the detector, and
/// over real definitions.
/// </summary>
internal sealed class CorpusEvaluation(string repository)
{
    private static readonly string[] MainLanguages = ["en", "de", "da", "fr", "es", "zh"];

    private readonly StringBuilder page = new();

    /// <summary>Writes <c>bench/results/corpus-detection.md</c>.</summary>
    /// <param name="real">Real descriptions, none of them an attack.</param>
    public int Judge(IReadOnlyList<PublicDefinition> real)
    {
        var judged = CorpusReader.Read(Path.Join(repository, "corpus")).Where(entry => entry.IsDefinition && IsLeftOut(entry)).ToList()
            .AsParallel().AsOrdered().Select(entry => new Judged(entry, FindingsOf(CorpusDefinition.Of(entry)))).ToList();
        page.Append("""
            # Definitions of the corpus: what is found, and false alarms

            Written by `bench/evaluate corpus`. The corpus and its authors are described in `corpus/README.md`. Only the authors whose texts trained
            no model are judged; their harmless definitions chose the threshold of the model of passages, so the share of these
            that is reported is no figure of its own. The authors that are held back are not judged here. *Found* is any finding; *hard* findings withhold the definition. The harmless texts of the corpus are written to be hard: they have the words of the attacks. Intervals
            are those of Wilson, 95 %.


            """);
        Table("All", judged, _ => "all");
        var alarms = real.AsParallel().AsOrdered().Select(text => Inspect(text.Json)).ToList();
        page.Append(CultureInfo.InvariantCulture, $"""
            Real descriptions of three registries, of tools that trained no model: a finding {new Interval(alarms.Count(found => found.Count > 0), alarms.Count)}, a hard one {new Interval(alarms.Count(found => found.Any(one => one.IsHard)), alarms.Count)}.


            """);
        Table("By place", judged, one => one.Entry.Place);
        Table("By kind of attack", judged.Where(one => one.Entry.IsAttack), one => one.Entry.Kind);
        Table("By language", judged, one => MainLanguages.Contains(one.Entry.Language) ? one.Entry.Language : "others");
        Table("By author", judged, one => one.Entry.Author);
        File.WriteAllText(Path.Join(repository, "bench/results/corpus-detection.md"), page.ToString().TrimEnd() + "\n");
        Console.Write(page.ToString());
        return 0;
    }

    private void Table(string title, IEnumerable<Judged> judged, Func<Judged, string> by)
    {
        page.Append(CultureInfo.InvariantCulture, $"## {title}\n\n| | attacks: found | of them hard | harmless: alarms | of them hard |\n|---|---|---|---|---|\n");
        foreach (var row in judged.GroupBy(by).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            page.Append(CultureInfo.InvariantCulture,
                $"| {row.Key} | {Share(row, true, false)} | {Share(row, true, true)} | {Share(row, false, false)} | {Share(row, false, true)} |\n");
        }

        page.Append('\n');
    }

    private static bool IsLeftOut(CorpusEntry entry) => CorpusReader.Development.Contains(entry.Author);

    private static Interval Share(IEnumerable<Judged> judged, bool isAttack, bool isHard)
    {
        var of = judged.Where(one => one.Entry.IsAttack == isAttack).ToList();
        return new Interval(of.Count(one => one.Findings.Any(finding => finding.IsHard || !isHard)), of.Count);
    }

    private static IReadOnlyList<DefinitionFinding> FindingsOf((DefinitionKind Kind, string Json) definition) =>
        Inspect(definition.Json, definition.Kind);

    private static IReadOnlyList<DefinitionFinding> Inspect(string json, DefinitionKind kind = DefinitionKind.Tool)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        var name = kind == DefinitionKind.Tool ? "tool" : "";
        return MetadataInspector.Inspect(new ServerDefinition(kind, name, bytes, new ByteRange(0, bytes.Length)));
    }

    private sealed record Judged(CorpusEntry Entry, IReadOnlyList<DefinitionFinding> Findings);
}
