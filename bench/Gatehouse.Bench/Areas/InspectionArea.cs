using Gatehouse.Bench.Hosts;
using Gatehouse.Bench.Load;
using Gatehouse.Bench.Processes;
using Gatehouse.Bench.Reporting;
using static Gatehouse.Bench.Reporting.Numbers;

namespace Gatehouse.Bench.Areas;

/// <summary>
/// The relay over loopback with answers without texts, with one text that comes again, and with texts that all differ. The inspection has no
/// switch, so answers of numbers stand for a gateway without it.
/// </summary>
internal sealed class InspectionArea(Workplace place, BenchOptions options)
{
    private const double LeastDiffering = 0.85;
    private const double LeastAgain = 0.95;
    private const int Letters = 4 * 1024 * 1024;

    private static readonly int[] Connections = [16, 64];

    public async Task RunAsync(Report report)
    {
        using var upstream = await BenchHost.StartAsync(place, "upstream", Texts()).ConfigureAwait(false);
        using var gateway = await Gatekeeper.StartAsync(place, Gatekeeper.Http(upstream.Port), hasMetrics: true).ConfigureAwait(false);
        Variant[] variants =
        [
            Of("none", "answers of numbers: no text to judge"),
            Of("again", "one text that comes again"),
            Of("differ", "texts that all differ"),
        ];
        var matrix = new Matrix(variants, options);
        foreach (var size in TextAnswers.Sizes)
        {
            await matrix.WarmUpAsync(size).ConfigureAwait(false);
            foreach (var count in Connections) await matrix.ClosedAsync(size, count).ConfigureAwait(false);
            Add(report, matrix, variants, size);
        }

        Variant Of(string kind, string name) => new(kind, name, gateway.Process,
            size => Target.Modern(gateway.Port, Gatekeeper.Path, $"{kind}-{size}", gateway.Token))
        { CountersPort = gateway.MetricsPort };
    }

    private static void Add(Report report, Matrix matrix, Variant[] variants, string size)
    {
        var what = size == "10k" ? "10 KB" : "200 B";
        var table = new Table($"Inspection in the relay over HTTP, result of {what}", ["answers", .. Connections.Select(static c => $"{c} connections")]);
        foreach (var variant in variants)
        {
            var cells = Connections.Select(c => Describe(matrix.Find(size, c, variant.Key)!, matrix.Find(size, c, "none")!));
            table.Add([$"**{variant.Key}** {variant.Name}", .. cells]);
        }

        table.Notes.Add("A cell: ratio of requests/s to answers without texts; requests/s; p99 in µs; CPU µs per request of the gateway.");
        table.Notes.Add("Every answer is durable before it is forwarded, and has about the same number of bytes.");
        table.Notes.Add("The arguments are judged in all three, and are the same in each call.");
        report.Add(table);

        var (differing, again) = (Against("differ"), Against("again"));
        report.Judge("P8f", $"requests/s of the relay with results of {what}, 64 connections: at least {Ratio(LeastDiffering)} of those without texts "
            + $"where all differ, {Ratio(LeastAgain)} where one comes again",
            $"{Ratio(differing)}, {Ratio(again)}", differing >= LeastDiffering && again >= LeastAgain,
            $"CPU µs at 64: without texts {One(Cpu("none"))}, + one again {One(Cpu("again") - Cpu("none"))}, + all differ {One(Cpu("differ") - Cpu("none"))}");

        double Against(string key) => matrix.Find(size, 64, key)!.Against(matrix.Find(size, 64, "none")!, static r => r.PerSecond);
        double Cpu(string key) => matrix.Find(size, 64, key)!.Cpu;
    }

    private static string Describe(Cell cell, Cell without) =>
        $"**{Ratio(cell.Against(without, static r => r.PerSecond))}** {Whole(cell.PerSecond)}/s {Whole(cell.P99)} {One(cell.Cpu)}"
        + (cell.Errors > 0 ? $" **{cell.Errors} errors**" : "");

    // The server cuts its texts out of this one anywhere, so no sign of it may need an escape.
    private string Texts()
    {
        var path = Path.Join(place.NewDirectory(), "texts.txt");
        var clean = CleanText.Of(options.Root, Size.Of(Letters, Letters / 16));
        File.WriteAllText(path, string.Create(clean.Length, clean, static (to, from) =>
        {
            for (var at = 0; at < to.Length; at++) to[at] = from[at] is '"' or '\\' or < ' ' ? ' ' : from[at];
        }));
        return path;
    }
}
