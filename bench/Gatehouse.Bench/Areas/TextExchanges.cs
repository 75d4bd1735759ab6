using System.Globalization;
using Gatehouse.Bench.Micro;
using Gatehouse.Bench.Reporting;
using static Gatehouse.Bench.Reporting.Numbers;

namespace Gatehouse.Bench.Areas;

/// <summary>
/// Whole exchanges without the inspection of the answer's texts, with it on answers that all differ, and with it on one answer that comes again.
/// </summary>
internal sealed class TextExchanges
{
    private const int Runs = 3;

    private readonly Table table = new(
        "Inspection of the texts of an answer in a whole exchange",
        ["answer", "run", "without, µs", "all differ, µs", "share", "one answer again, µs", "share"]);

    /// <summary>
    /// Measures answers of a text: its first 200 characters, its first 10 KB, and 200 characters that begin and end within a sentence.
    /// </summary>
    /// <param name="report">The report.</param>
    /// <param name="clean">Clean texts.</param>
    /// <param name="result">Makes an answer of a text.</param>
    public void Run(Report report, string clean, Func<string, byte[]> result)
    {
        Judge(report, "P8d", "200 B", Measure("200 B", result($"Number 123456789 of the answers. {clean[..200]}.")));
        Judge(report, "P8e", "10 KB", Measure("10 KB", result($"Number 123456789 of the answers. {clean[..(10 * 1024)]}.")));
        _ = Measure("200 B, within a sentence", result($"number 123456789 of the answers. {clean[..200]} and"));
        table.Notes.Add("CPU time of an exchange through every stage, without sockets and disk, which are about two thirds of a call.");
        table.Notes.Add("A share is the time without the inspection of the answer's texts, divided by the time with it. Arguments are inspected in all.");
        report.Add(table);
    }

    private (double Differing, double Again) Measure(string what, byte[] text)
    {
        var answer = MicroArea.WithIdOfCall(text);
        var number = answer.AsSpan().IndexOf("123456789"u8);
        var count = 0;
        var (differing, again) = (new List<double>(), new List<double>());
        for (var run = 1; run <= Runs; run++)
        {
            var plain = CostOf(Next, withTexts: false);
            var each = CostOf(Next, withTexts: true);
            var one = CostOf(() => answer, withTexts: true);
            differing.Add(plain / each);
            again.Add(plain / one);
            table.Add(what, Whole(run), One(plain / 1000), One(each / 1000), Ratio(plain / each), One(one / 1000), Ratio(plain / one));
        }

        return (Cell.Median(differing), Cell.Median(again));

        byte[] Next()
        {
            byte[] next = [.. answer];
            _ = count++.TryFormat(next.AsSpan(number, 9), out _, "000000000", CultureInfo.InvariantCulture);
            return next;
        }
    }

    private static double CostOf(Func<byte[]> answer, bool withTexts)
    {
        using var pipeline = new WholePipeline(answer, withTexts);
        return Stopwatched.Measure(pipeline.RunOnce).Nanoseconds;
    }

    private static void Judge(Report report, string goal, string what, (double Differing, double Again) shares) => report.Judge(
        goal, $"an exchange of {what}: at least 0.85 of the speed without inspection where all differ, 0.95 where one comes again",
        $"{Ratio(shares.Differing)}, {Ratio(shares.Again)}", shares.Differing >= 0.85 && shares.Again >= 0.95,
        "the model of passages; a repeated text costs a digest");
}
