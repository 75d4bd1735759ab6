using Gatehouse.Bench.Areas;
using Gatehouse.Bench.Load;
using Gatehouse.Bench.Processes;
using Gatehouse.Bench.Reporting;
using static Gatehouse.Bench.Reporting.Numbers;

namespace Gatehouse.Bench.Comparison;

/// <summary>
/// Two builds in one run, in rounds that alternate: the relay over HTTP by the processes of both, and the log alone by the benchmark of each. Says of
/// every figure whether the builds differ, or whether the difference is within what the machine does by itself.
/// </summary>
internal sealed class BuildComparison(Workplace place, BenchOptions options, ComparedBuild a, ComparedBuild b)
{
    private static readonly int[] Connections = Size.IsSmallest ? [2] : [16, 64];

    private static readonly (string Name, Func<LoadResult, double> Of)[] Figures =
        [("requests/s", static r => r.PerSecond), ("p99 µs", static r => r.P99), ("CPU µs a request", static r => r.Cpu)];

    private int Rounds => options.Rounds;

    public async Task RunAsync(Report report)
    {
        if (options.Areas.Contains("http")) await RelayAsync(report).ConfigureAwait(false);
        if (options.Areas.Contains("log")) await LogAsync(report).ConfigureAwait(false);
    }

    private async Task RelayAsync(Report report)
    {
        using var upstream = await BenchHost.StartAsync(place, "upstream").ConfigureAwait(false);
        using var passThrough = await BenchHost.PassThroughAsync(place, upstream).ConfigureAwait(false);
        using var first = await Gatekeeper.StartAsync(place, Gatekeeper.Http(upstream.Port), a.Gatehouse).ConfigureAwait(false);
        using var second = await Gatekeeper.StartAsync(place, Gatekeeper.Http(upstream.Port), b.Gatehouse).ConfigureAwait(false);
        var floor = new Variant("c", "pass-through", passThrough.Process, tool => Target.Modern(passThrough.Port, "/mcp", tool, null));
        var table = Table("Relay over HTTP", "setting");
        List<PairedRatio> cpu = [];
        foreach (var (what, method) in new[] { ("durable before forwarding", "tools/call"), ("nothing waits for the disk", "prompts/get") })
        {
            Variant[] variants = [floor, Of(a, first, method), Of(b, second, method)];
            foreach (var variant in variants) await ClosedLoop.WarmUpAsync(variant.Call("r200"), 16, Matrix.WarmUpRequests).ConfigureAwait(false);
            foreach (var connections in Connections)
            {
                var rounds = await RoundsAsync(variants, connections).ConfigureAwait(false);
                cpu.Add(Add(table, $"200 B, {Whole(connections)} connections, {what}", rounds));
            }
        }

        table.Notes.Add($"A round counts where others used at most {MeasuredRound.MostOthers:P0} of the machine.");
        report.Add(table);
        Judge(report, cpu);
    }

    // The settings are in the order of the table. A program after its sources is the archive, which is compiled otherwise. Anything else is a later
    // build.
    private void Judge(Report report, List<PairedRatio> cpu)
    {
        if (cpu.Exists(static ratio => ratio.Interval is null)) return;
        if (b.IsProgram && !a.IsProgram)
        {
            var many = cpu[Connections.Length - 1].Median;
            report.Judge("N8", "CPU of the archive by the checkout's, durable, 64 connections ≤ 1.08", Ratio(many), many <= 1.08,
                "code without a profile");
            return;
        }

        report.Judge("N9",
            "CPU of a call by that of the build before, upper end of the interval ≤ 1.05: durable at 16 and 64, nothing waits at 16 and 64",
            string.Join(", ", cpu.Select(static ratio => Ratio(ratio.Interval!.Value.High))),
            cpu.TrueForAll(static r => r.Interval!.Value.High <= 1.05),
            $"medians {string.Join(", ", cpu.Select(static ratio => Ratio(ratio.Median)))}");
    }

    private static Variant Of(ComparedBuild build, Gatekeeper gatehouse, string method) => new(build.Key, build.Name, gatehouse.Process,
        tool => Target.Modern(gatehouse.Port, Gatekeeper.Path, tool, gatehouse.Token, method));

    // Who goes first changes from round to round: the first after a pause finds the disk and the caches otherwise.
    private async Task<Dictionary<string, List<LoadResult>>> RoundsAsync(Variant[] variants, int connections)
    {
        var rounds = variants.ToDictionary(static v => v.Key, static _ => new List<LoadResult>());
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var variant in round % 2 == 0 ? variants : variants.Reverse())
                rounds[variant.Key].Add(await MeasuredRound.RunAsync(variant,
                    () => ClosedLoop.RunAsync(variant.Call("r200"), connections, options.Round)).ConfigureAwait(false));
        }

        return rounds;
    }

    // Returns the ratios of processor time.
    private static PairedRatio Add(Table table, string setting, Dictionary<string, List<LoadResult>> rounds)
    {
        var quiet = MeasuredRound.Quiet(rounds.Values);
        var kept = Size.IsSmallest ? [.. Enumerable.Range(0, rounds["A"].Count)] : quiet;
        PairedRatio Of(string by, string to, Func<LoadResult, double> figure) => new(kept.Select(i => figure(rounds[by][i]) / figure(rounds[to][i])));
        foreach (var (name, figure) in Figures)
            Add(table, setting, name, Of("B", "A", figure), kept.Select(i => figure(rounds["A"][i])), kept.Select(i => figure(rounds["B"][i])),
                $"{Ratio(Of("A", "c", figure).Median)}, {Ratio(Of("B", "c", figure).Median)}");
        return Of("B", "A", static r => r.Cpu);
    }

    private async Task LogAsync(Report report)
    {
        List<double> first = [], second = [];
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var (build, rates) in round % 2 == 0 ? [(a, first), (b, second)] : new[] { (b, second), (a, first) })
                rates.Add(await LogRate.OfAsync(place, build).ConfigureAwait(false));
        }

        var table = Table("The log alone", "setting");
        Add(table, "64 callers", "entries/s", new PairedRatio(first.Zip(second, static (x, y) => y / x)), first, second, "-");
        table.Notes.Add("Every round counts: the load of other programs is not known here.");
        report.Add(table);
    }

    private Table Table(string title, string setting)
    {
        var table = new Table(title, [setting, "figure", "A", "B", "B by A", "95 % interval", "rounds", "to the pass-through: A, B", "verdict"]);
        table.Notes.Add($"A is {a.Name}, B is {b.Name}. B by A is the median of the ratios within each round.");
        table.Notes.Add("The interval is that of the sign test.");
        return table;
    }

    private static void Add(Table table, string setting, string figure, PairedRatio ratio, IEnumerable<double> a, IEnumerable<double> b, string floor)
    {
        var interval = ratio.Interval is { } known ? $"{Ratio(known.Low)} to {Ratio(known.High)}" : "too few rounds";
        var verdict = ratio.Interval is null ? "unknown" : ratio.IsDifference ? "they differ" : "no difference shown";
        table.Add(setting, figure, Whole(Cell.Median(a)), Whole(Cell.Median(b)), Ratio(ratio.Median), interval, Whole(ratio.Count), floor, verdict);
    }
}
