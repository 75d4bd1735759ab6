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
        var judged = texts.OrderBy(text => text.Source != Development).DistinctBy(text => (text.Text, text.Source.StartsWith("secrets-",
            StringComparison.Ordinal)))
            .Select(text => new Row(text, SecretDetector.Find(text.Text).Any(hit => hit.Confidence >= Confidence.Medium))).ToList();
        Head();
        Table("By set", judged, row => row.Text.Source);
        Table("By kind of the own set, development records", [.. judged.Where(row => row.Text.Source == "secrets-dev.jsonl.gz")], row =>
            row.Text.Kind);
        File.WriteAllText(Path.Join(repository, "bench/results/secret-detection.md"), page.ToString().TrimEnd() + "\n");
        Console.Write(page.ToString());
        foreach (var row in judged.Where(row => row.Text.Source == shown && row.IsFound != row.Text.IsSecret))
            Console.Error.WriteLine($"{(row.Text.IsSecret ? "miss" : "alarm")}: {row.Text.Text.ReplaceLineEndings("\\n")}");
        return 0;
    }

    private void Head() => page.Append("""
        # Secrets: public sets

        Written by `bench/evaluate secrets`. A text counts as found with one finding of at least medium confidence,
            as a scan of a repository reports it. The names of sets are those of
        the files in the detection data, and of the rule sets as owner+name. The train records,
            the examples of praetorian-inc+noseyparker and mongodb+kingfisher, and those files of
        gitleaks+gitleaks that are marked as read helped to write the rules and say nothing about other texts. The dev records have the generator of the train records. **The row "not read" is
        the one to look at:** those files, chosen by the digest of their names,
            were only counted. An example that occurs in a set for development too counts there only.

        Examples of rule sets are short and have little around the secret. Not all of them are secrets by the rules here: sets look for names of users, hosts and accounts, nearly all examples of
        mongodb+kingfisher are sequences such as abcdef1234567890,
            and a counterexample of one rule can be a secret of another kind. Most of what is reported of the harmless ones in
        the read files are Google API keys (AIza) that are known to be published; nothing in their form says so. Intervals are those of Wilson, 95 %.


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
