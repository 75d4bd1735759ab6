using System.Globalization;
using System.Text;
using Gatehouse.Detection.Findings;
using Gatehouse.Detection.Secrets;

namespace Gatehouse.Evaluation;

/// <summary>The command <c>judge secrets</c>: the search for secrets on the public sets, by source and kind.</summary>
/// <param name="data">The folder of the public sets; rule sets are in <c>../rule-sets</c> or in the folder that is given.</param>
/// <param name="repository">The root of the repository.</param>
internal sealed class SecretEvaluation(string data, string repository)
{
    // The set whose examples helped to write the rules. All others were only counted.
    private const string Development = "praetorian-inc+noseyparker";

    private readonly StringBuilder page = new();

    /// <summary>Judges and writes the page.</summary>
    /// <param name="rules">The folder of the rule sets, one checkout in each folder; empty for the place beside the public sets.</param>
    /// <param name="shown">The set whose misses and alarms are printed, or null. Only those for development may be looked at.</param>
    public int Judge(string rules, string? shown)
    {
        var texts = SecretText.OfSet(Path.Join(data, "secrets-train.jsonl.gz"));
        texts.AddRange(SecretText.OfSet(Path.Join(data, "secrets-dev.jsonl.gz")));
        var folder = rules.Length > 0 ? rules : Path.Join(data, "..", "rule-sets");
        foreach (var set in Directory.Exists(folder) ? Directory.GetDirectories(folder).Order(StringComparer.Ordinal) : Enumerable.Empty<string>())
            texts.AddRange(SecretText.OfRules(set));
        // An example that more than one set has belongs to the first: a set that was not looked at is judged on what is its own.
        var judged = texts.OrderBy(text => text.Source != Development).DistinctBy(text => (text.Text, text.Source.StartsWith("secrets-", StringComparison.Ordinal)))
            .Select(text => new Row(text, SecretDetector.Find(text.Text).Any(hit => hit.Confidence >= Confidence.Medium))).ToList();
        Head();
        Table("By set", judged, row => row.Text.Source);
        Table("By kind of the own set, development records", [.. judged.Where(row => row.Text.Source == "secrets-dev.jsonl.gz")], row => row.Text.Kind);
        File.WriteAllText(Path.Join(repository, "bench/results/secret-detection.md"), page.ToString().TrimEnd() + "\n");
        Console.Write(page.ToString());
        foreach (var row in judged.Where(row => row.Text.Source == shown && row.IsFound != row.Text.IsSecret))
            Console.Error.WriteLine($"{(row.Text.IsSecret ? "miss" : "alarm")}: {row.Text.Text.ReplaceLineEndings("\\n")}");
        if (Directory.Exists(shown)) foreach (var f in Directory.EnumerateFiles(shown, "*", SearchOption.AllDirectories)) { var t = File.ReadAllText(f); if (t.Length > 1000000 || t.AsSpan(0, Math.Min(4000, t.Length)).Contains('\0')) continue; foreach (var h in SecretDetector.Find(t).Where(h => h.Confidence >= Confidence.Medium)) { var b = Math.Max(0, h.Start - 60); Console.Error.WriteLine($"{h.Kind} {h.Confidence} {f}: {t[b..Math.Min(t.Length, h.Start + Math.Min(h.Length, 60) + 10)].ReplaceLineEndings("\\n")}"); } } // XXX
        return 0;
    }

    private void Head() => page.Append("""
        # Secrets: public sets

        Written by `bench/evaluate secrets`. A text counts as found with one finding of at least medium confidence, as a scan of a repository reports it. The names of sets are those of
        the files in the detection data, and of the rule sets as owner+name. The train records and the examples of praetorian-inc+noseyparker helped to write the rules and say nothing about
        other texts. The dev records have the generator of the train records. The other rule sets were counted and not read; an example that occurs in a set for development
        too counts there only. Examples of rule sets are short, so most have little around the secret, and some rules of such sets look for names of users and hosts, which are no secrets.
        Intervals are those of Wilson, 95 %.


        """);

    private void Table(string title, List<Row> rows, Func<Row, string> by)
    {
        page.Append(CultureInfo.InvariantCulture, $"## {title}\n\n| | secrets found | harmless reported |\n|---|---|---|\n");
        foreach (var group in rows.GroupBy(by).OrderBy(group => group.Key, StringComparer.Ordinal))
            page.Append(CultureInfo.InvariantCulture, $"| {group.Key} | {Share([.. group], true)} | {Share([.. group], false)} |\n");
        page.Append('\n');
    }

    private static Interval Share(List<Row> rows, bool isSecret)
    {
        var of = rows.Where(row => row.Text.IsSecret == isSecret).ToList();
        return new Interval(of.Count(row => row.IsFound), of.Count);
    }

    private sealed record Row(SecretText Text, bool IsFound);
}
