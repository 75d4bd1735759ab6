using System.Globalization;
using System.Text;
using Gatehouse.Bench.Micro;
using Gatehouse.Bench.Reporting;
using Gatehouse.Detection.Messages;
using Gatehouse.Detection.SensitiveData;
using Gatehouse.Protocol;
using static Gatehouse.Bench.Reporting.Numbers;

namespace Gatehouse.Bench.Areas;

/// <summary>The cost of inspecting the texts of a message, compared with the validation of the same message.</summary>
internal sealed class TextArea(BenchOptions options)
{
    private const int Kilobyte = 1024;

    private readonly Table table = new("Inspection of texts", ["message", "µs", "µs a KB", "bytes allocated", "validation, µs", "ratio"]);

    /// <summary>Measures clean texts of four sizes, and hostile ones.</summary>
    public Task RunAsync(Report report)
    {
        var clean = CleanText.Of(options.Root, 2 * Kilobyte * Kilobyte);
        WarmUp(clean);
        var one = Judge("clean text, 1 KB", CleanText.Result(Cut(clean, Kilobyte)));
        var ten = Judge("clean text, 10 KB", CleanText.Result(Cut(clean, 10 * Kilobyte)));
        var hundred = Judge("clean text, 100 KB", CleanText.Result(Cut(clean, 100 * Kilobyte)));
        var million = Judge("clean text, 1 MB", CleanText.Result(Cut(clean, Size.Of(Kilobyte * Kilobyte, 4 * Kilobyte))));
        Judge("clean records, 10 KB", Messages.Records(10));
        var worst = 0.0;
        foreach (var (what, text) in Hostile())
            worst = Math.Max(worst, Judge(what, CleanText.Result(Cut(text, Size.Of(Kilobyte * Kilobyte, 4 * Kilobyte)))).PerKilobyte);
        table.Notes.Add("Clean texts are harmless texts of the corpus, one after the other. Median of batches of one thread's time on a core.");
        report.Add(table);
        Protect(report, clean);
        new TextExchanges().Run(report, clean, CleanText.Result);
        report.Judge("P8", "clean 1 KB at most 30 µs, 10 KB at most 250 µs", $"{Whole(one.Microseconds)} µs, {Whole(ten.Microseconds)} µs",
            one.Microseconds <= 30 && ten.Microseconds <= 250, "one pass of the automaton and the hashed parts of words");
        report.Judge("P8b", "1 MB linear, allocation independent of length",
            $"{Ratio(million.PerKilobyte / ten.PerKilobyte)} times the cost of a KB of 10 KB, {Whole(hundred.Bytes)} and {Whole(million.Bytes)} B",
            million.PerKilobyte <= 1.5 * ten.PerKilobyte && million.Bytes <= hundred.Bytes + 4096, "blocks of a fixed size");
        report.Judge("P8c", "worst hostile MB at most 100 µs a KB", $"{Whole(worst)} µs a KB", worst <= 100, "the budget of decoded readings");
        return Task.CompletedTask;
    }

    // Secrets and personal data, all kinds (DP-01).
    private static void Protect(Report report, string clean)
    {
        var protection = new Table("Search for secrets and personal data, all kinds", ["message", "µs", "findings", "bytes allocated"]);
        var (records, bytes) = Search("clean records, 10 KB", Messages.Records(10));
        var (_, more) = Search("clean records, 100 KB", Messages.Records(100));
        Search("clean text, 10 KB", CleanText.Result(Cut(clean, 10 * Kilobyte)));
        Search("digits, 10 KB", CleanText.Result(string.Concat(Enumerable.Repeat("4111 1111 1111 1112 ", 512))));
        report.Add(protection);
        report.Judge("P24", "10 KB of clean JSON at most 120 µs, allocation independent of length",
            $"{Whole(records)} µs, {Whole(bytes)} and {Whole(more)} B",
            records <= 120 && more <= bytes + 4096, "the search for secrets copies the texts in which it may find one");

        (double Microseconds, double Bytes) Search(string what, byte[] message)
        {
            var value = Messages.Validate(message).Range(EnvelopeMember.Result);
            for (var round = 0; round < Size.Of(300, 1); round++) SensitiveData.Find(message, value, []);
            var (time, allocated) = Stopwatched.Measure(() => SensitiveData.Find(message, value, []));
            protection.Add(what, Whole(time / 1000), Whole(SensitiveData.Find(message, value, []).Count), Whole(allocated));
            return (time / 1000, allocated);
        }
    }

    // The first figures would be those of the compiler.
    private static void WarmUp(string clean)
    {
        var message = CleanText.Result(Cut(clean, 100 * Kilobyte));
        for (var round = 0; round < Size.Of(200, 1); round++) MessageJudge.Judge(message, new(0, message.Length), MessagePlace.Result);
    }

    private (double Microseconds, double PerKilobyte, double Bytes) Judge(string what, byte[] message)
    {
        var validated = Messages.Validate(message);
        var value = validated.Range(EnvelopeMember.Result);
        var (judging, bytes) = Stopwatched.Measure(() => MessageJudge.Judge(message, value, MessagePlace.Result));
        var (validating, _) = Stopwatched.Measure(() => Messages.Validate(message));
        var perKilobyte = judging / 1000 / (message.Length / (double)Kilobyte);
        table.Add(what, Whole(judging / 1000), perKilobyte.ToString("0.0", CultureInfo.InvariantCulture), Whole(bytes), Whole(validating / 1000),
            Ratio(judging / validating));
        return (judging / 1000, perKilobyte, bytes);
    }

    // What costs most: signs of every encoding, texts that are decoded and decoded again, words that the automaton half knows, and real attacks.
    private IEnumerable<(string What, string Text)> Hostile()
    {
        var attacks = string.Join('\n', CleanText.Corpus(options.Root).Where(entry => entry.IsAttack).Select(entry => entry.Text));
        yield return ("attacks, 1 MB", attacks);
        yield return ("percent signs, 1 MB", Repeat("%41%42 %43"));
        yield return ("base64 of base64, 1 MB", Repeat(Convert.ToBase64String(Encoding.UTF8.GetBytes(Convert.ToBase64String(Encoding.UTF8.GetBytes(
            "the text of a letter that is encoded two times, one after the other")))) + " "));
        yield return ("entities, 1 MB", Repeat("&#97;&lt;b&gt;"));
        yield return ("tags, 1 MB", Repeat("<a title=\"the other text\">x</a><!-- y -->"));
        yield return ("turned letters, 1 MB", Repeat("gur naq lbh sbe gung. eht dna uoy rof taht. "));
        yield return ("letters apart, 1 MB", Repeat("i g n o r e  a l l "));
        yield return ("nearly phrases, 1 MB", Repeat("ignore all previous instructio and previous previous "));
        yield return ("letters without ASCII, 1 MB", Repeat("игнорир всё предыдущее, 忽略以前 "));
        yield return ("every sign, 1 MB", Repeat("%41 &lt; \\u0041 =41=42=43 <b> 1gn0re 4ll pr3vious gur naq lbh. "));
        yield return ("short strings, 1 MB", Repeat("x "));
    }

    private static string Repeat(string text) => string.Concat(Enumerable.Repeat(text, (Kilobyte * Kilobyte / text.Length) + 1));

    private static string Cut(string text, int length) => text[..Math.Min(text.Length, length)];
}
