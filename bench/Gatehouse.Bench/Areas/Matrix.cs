using Gatehouse.Bench.Load;

namespace Gatehouse.Bench.Areas;

/// <summary>Measures variants in alternating rounds (A B C A B C), so that what else the machine does meets all alike.</summary>
internal sealed class Matrix(IReadOnlyList<Variant> variants, BenchOptions options)
{
    private const int MostTries = 3;

    private readonly List<Cell> cells = [];

    /// <summary>Requests that each variant answers before it is measured: after about 30,000 nothing is left to compile.</summary>
    public static int WarmUpRequests => Size.Of(40_000, 200);

    public IReadOnlyList<Cell> Cells => cells;

    public Cell? Find(string tool, int connections, string variant) =>
        cells.FirstOrDefault(c => c.Tool == tool && c.Connections == connections && c.Variant == variant);

    public async Task WarmUpAsync(string tool)
    {
        foreach (var variant in variants)
        {
            try
            {
                await ClosedLoop.WarmUpAsync(variant.Call(tool), 16, WarmUpRequests).ConfigureAwait(false);
            }
            catch (InvalidOperationException e)
            {
                throw new InvalidOperationException($"{variant.Name}: {e.Message}: {variant.Front.Output}", e);
            }
        }
    }

    public Task ClosedAsync(string tool, int connections) =>
        RoundsAsync(tool, connections, target => ClosedLoop.RunAsync(target, connections, options.Round));

    /// <summary>Open loop; its cells are found under 0 connections.</summary>
    public Task OpenAsync(string tool, int perSecond, TimeSpan round) =>
        RoundsAsync(tool, 0, target => OpenLoop.RunAsync(target, perSecond, round));

    // A round that others disturbed says nothing of any variant: it is dropped for all, and repeated a few times. Where the machine never is quiet,
    // the disturbed ones are kept, and the report says so.
    private async Task RoundsAsync(string tool, int connections, Func<Target, Task<LoadResult>> run)
    {
        var rounds = variants.ToDictionary(v => v.Key, _ => new List<LoadResult>());
        var quiet = 0;
        for (var round = 0; round < options.Rounds * MostTries && quiet < options.Rounds; round++)
        {
            foreach (var variant in variants)
                rounds[variant.Key].Add(await MeasuredRound.RunAsync(variant, () => run(variant.Call(tool))).ConfigureAwait(false));
            quiet = Size.IsSmallest ? round + 1 : MeasuredRound.Quiet(rounds.Values).Count;
        }

        var kept = Size.IsSmallest || quiet == 0 ? [.. Enumerable.Range(0, rounds[variants[0].Key].Count)] : MeasuredRound.Quiet(rounds.Values);
        cells.AddRange(variants.Select(v => new Cell(tool, connections, v.Key, [.. kept.Select(i => rounds[v.Key][i])])
        { IsQuiet = quiet > 0, Dropped = rounds[v.Key].Count - kept.Count }));
    }
}
