using System.Globalization;
using System.Text;
using System.Text.Json;
using Gatehouse.Corpus;
using Gatehouse.Detection.Findings;
using Gatehouse.Detection.Messages;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Evaluation;

/// <summary>
/// The command <c>judge messages</c>: the inspection of messages by this build, over the texts of <c>corpus/</c> that no model was trained on, and over
/// public texts.
/// </summary>
internal sealed class MessageEvaluation(string data, string repository)
{
    private static readonly string[] MainLanguages = ["en", "de", "da", "fr", "es", "zh"];

    private readonly StringBuilder page = new();

    /// <summary>Writes <c>bench/results/message-detection.md</c>.</summary>
    public int Judge()
    {
        var corpus = CorpusReader.Read(Path.Join(repository, "corpus")).Where(entry => !entry.IsDefinition && CorpusReader.Development.Contains(entry.Author))
            .Select(entry => new Judged(HeadOf(entry), entry.Place, entry.Kind, Grouped(entry.Language), entry.Author, entry.IsAttack, false, Judge(entry.Text, PlaceOf(entry))));
        var outside = PublicText.Read(Path.Join(data, "injection-train.jsonl")).Concat(PublicText.Read(Path.Join(data, "injection-dev.jsonl"))).Where(text => !text.IsOwn)
            .Select(text => new Judged(text.IsPrompt ? "prompts" : "results", "outside", text.Kind, "", text.Source, text.IsAttack, true,
                Judge(text.Text, text.IsPrompt ? MessagePlace.Sampling : MessagePlace.Result)));
        var judged = corpus.Concat(outside).AsParallel().AsOrdered().ToList();
        Table("Texts of the corpus", judged.Where(one => !one.IsOutside), one => one.Head);
        Table("Texts of other sources", judged.Where(one => one.IsOutside), one => one.Head);
        Table("By source", judged.Where(one => one.IsOutside), one => one.Author);
        Table("By place", judged.Where(one => !one.IsOutside), one => one.Place);
        Table("By kind of attack", judged.Where(one => !one.IsOutside && one.IsAttack), one => one.Kind);
        Table("By language", judged.Where(one => !one.IsOutside), one => one.Language);
        Table("By author", judged.Where(one => !one.IsOutside), one => one.Author);
        Rules(judged);
        Console.Write(page.ToString());
        return 0;
    }

    private void Rules(List<Judged> judged)
    {
        page.Append("## By finding\n\n| | attacks of the corpus | harmless texts | attacks of other sources | harmless texts |\n|---|---|---|---|---|\n");
        foreach (var id in judged.SelectMany(one => one.Findings.Select(finding => $"{finding.Rule.Id} {finding.Confidence} {finding.Score is null}")).Distinct().Order(StringComparer.Ordinal))
        {
            int Count(bool outside, bool attack) => judged.Count(one => one.IsOutside == outside && one.IsAttack == attack
                && one.Findings.Any(finding => $"{finding.Rule.Id} {finding.Confidence} {finding.Score is null}" == id));
            page.Append(CultureInfo.InvariantCulture, $"| {id} | {Count(false, true)} | {Count(false, false)} | {Count(true, true)} | {Count(true, false)} |\n");
        }
    }

    private void Table(string title, IEnumerable<Judged> judged, Func<Judged, string> by)
    {
        page.Append(CultureInfo.InvariantCulture,
            $"## {title}\n\n| | attacks: low or more | medium or more | high | harmless: low or more | medium or more | high |\n|---|---|---|---|---|---|---|\n");
        foreach (var row in judged.GroupBy(by).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            page.Append(CultureInfo.InvariantCulture, $"| {row.Key} |");
            foreach (var isAttack in (bool[])[true, false])
            {
                foreach (var least in Enum.GetValues<Confidence>()) page.Append(CultureInfo.InvariantCulture, $" {Share(row, isAttack, least)} |");
            }

            page.Append('\n');
        }

        page.Append('\n');
    }

    private static Interval Share(IEnumerable<Judged> judged, bool isAttack, Confidence least)
    {
        var of = judged.Where(one => one.IsAttack == isAttack).ToList();
        return new Interval(of.Count(one => one.Findings.Any(finding => finding.Confidence >= least)), of.Count);
    }

    private static string Grouped(string language) => MainLanguages.Contains(language) ? language : "others";

    private static string HeadOf(CorpusEntry entry) => entry.IsPrompt ? "prompts" : "results";

    private static MessagePlace PlaceOf(CorpusEntry entry) => entry.Place switch
    {
        "prompt" => MessagePlace.Prompt,
        "user.prompt" => MessagePlace.Sampling,
        "argument" => MessagePlace.Argument,
        "result.error" => MessagePlace.Error,
        "result.log" => MessagePlace.Notification,
        _ => MessagePlace.Result,
    };

    private static IReadOnlyList<MessageFinding> Judge(string text, MessagePlace place)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(new { content = new[] { new { type = "text", text } } });
        return MessageJudge.Judge(bytes, new ByteRange(0, bytes.Length), place).Findings;
    }

    private sealed record Judged(
        string Head, string Place, string Kind, string Language, string Author, bool IsAttack, bool IsOutside, IReadOnlyList<MessageFinding> Findings);
}
