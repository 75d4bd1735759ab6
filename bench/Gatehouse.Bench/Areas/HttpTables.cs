using System.Globalization;
using Gatehouse.Bench.Load;
using Gatehouse.Bench.Reporting;
using static Gatehouse.Bench.Reporting.Numbers;

namespace Gatehouse.Bench.Areas;

/// <summary>The matrix of the relay as tables, ratios first.</summary>
internal static class HttpTables
{
    public static Table Closed(Matrix matrix, IReadOnlyList<Variant> variants, string tool, int[] connections)
    {
        var table = new Table(
            $"HTTP relay, closed loop, result of {(tool == "r10k" ? "10 KB" : "200 B")}",
            ["variant", .. connections.Select(c => string.Create(CultureInfo.InvariantCulture, $"{c} connection{(c == 1 ? "" : "s")}")), "RSS MB"]);
        foreach (var variant in variants)
        {
            var cells = connections.Select(c => Describe(matrix.Find(tool, c, variant.Key)!, matrix.Find(tool, c, "c")!));
            table.Add([$"**{variant.Key}** {variant.Name}", .. cells, One(variant.RssMegabytes)]);
        }

        table.Notes.Add("A cell: ratio of requests/s to c; requests/s; p50/p99 in µs; CPU µs per request of the process in front (ratio to c).");
        table.Notes.Add("Of the CPU µs, those in the kernel follow the +. Last come the cores of the machine that were idle.");
        table.Notes.Add("RSS is that of the whole run's load.");
        Disturbed(table, connections.SelectMany(c => variants.Select(v => matrix.Find(tool, c, v.Key)!)).ToList());
        return table;
    }

    /// <summary>Returns the table of the work for a request: bytes that the process in front allocates, entries and commits of the log.</summary>
    public static Table Work(Matrix matrix, IReadOnlyList<Variant> variants, string tool, int[] connections)
    {
        var table = new Table(
            $"Allocation and record of a request, result of {(tool == "r10k" ? "10 KB" : "200 B")}",
            ["variant", .. connections.Select(c => string.Create(CultureInfo.InvariantCulture, $"{c} connection{(c == 1 ? "" : "s")}"))]);
        foreach (var variant in variants.Where(static variant => variant.CountersPort is not null))
            table.Add([$"**{variant.Key}** {variant.Name}", .. connections.Select(c => Work(matrix.Find(tool, c, variant.Key)!))]);
        table.Notes.Add("A cell: bytes that the process in front allocates on its managed heap for a request; entries of the log; commits.");
        table.Notes.Add("Entries beyond those of the calls are about the log itself and its checkpoints. Calls share commits.");
        return table;
    }

    private static string Work(Cell cell) =>
        $"{Whole(cell.AllocatedBytes)} B" + (double.IsNaN(cell.Entries) ? "" : $"; {Ratio(cell.Entries)} entries; {Ratio(cell.Commits)} commits");

    public static Table Open(Matrix matrix, IReadOnlyList<Variant> variants, int perSecond, double rawSync)
    {
        var table = new Table(
            string.Create(CultureInfo.InvariantCulture, $"HTTP relay, open loop, {perSecond:#,0} requests/s (Poisson), 200 B"),
            ["variant", "added p50 µs", "added p99 µs", "p50 µs", "p99 µs", "CPU µs per request", "errors"]);
        var direct = matrix.Find("r200", 0, "a")!;
        foreach (var variant in variants)
        {
            var cell = matrix.Find("r200", 0, variant.Key)!;
            table.Add(
                $"**{variant.Key}** {variant.Name}", Whole(Added(cell, direct, r => r.P50)), Whole(Added(cell, direct, r => r.P99)),
                Whole(cell.P50), Whole(cell.P99), Whole(cell.Cpu), Whole(cell.Errors));
        }

        table.Notes.Add("Latency counts from the intended moment; what is added is the median of the differences to direct within each round.");
        table.Notes.Add($"A write with fdatasync of an entry's size, at the same rate and by itself: p50 {Whole(rawSync)} µs.");
        return table;
    }

    private static void Disturbed(Table table, List<Cell> cells)
    {
        var dropped = cells.Max(static cell => cell.Dropped);
        var others = $"other programs used more than {MeasuredRound.MostOthers:P0} of the machine";
        if (cells.Any(static cell => !cell.IsQuiet)) table.Notes.Add($"In every round of some cells, {others}: the figures are theirs as well.");
        else if (dropped > 0) table.Notes.Add($"Up to {Whole(dropped)} rounds of a cell were dropped, because {others}.");
    }

    public static double Added(Cell cell, Cell direct, Func<LoadResult, double> of) =>
        Cell.Median(cell.Rounds.Zip(direct.Rounds, (mine, theirs) => of(mine) - of(theirs)));

    public static string Describe(Cell cell, Cell reference) =>
        $"**{Ratio(cell.Against(reference, r => r.PerSecond))}** {Whole(cell.PerSecond)}/s {Whole(cell.P50)}/{Whole(cell.P99)} "
        + $"{One(cell.Cpu - cell.KernelCpu)}+{One(cell.KernelCpu)} ({Ratio(cell.Against(reference, r => r.Cpu))}) {One(cell.IdleCores)}"
        + (cell.Errors == 0 ? "" : $" **{Whole(cell.Errors)} errors**");
}
