using Gatehouse.Bench.Load;

namespace Gatehouse.Bench.Areas;

/// <summary>Measures variants in alternating rounds (A B C A B C), so that what else the machine does meets all alike.</summary>
internal sealed class Matrix(IReadOnlyList<Variant> variants, BenchOptions options)
{
    private readonly List<Cell> cells = [];

    public IReadOnlyList<Cell> Cells => cells;

    public Cell? Find(string tool, int connections, string variant) =>
        cells.FirstOrDefault(c => c.Tool == tool && c.Connections == connections && c.Variant == variant);

    public async Task WarmUpAsync(string tool)
    {
        foreach (var variant in variants)
        {
            var result = await ClosedLoop.RunAsync(variant.Call(tool), 8,
                Size.Of(TimeSpan.FromSeconds(1.5), TimeSpan.FromMilliseconds(50))).ConfigureAwait(false);
            if (result.Requests == 0) throw new InvalidOperationException($"{variant.Name} does not answer: {variant.Front.Output}");
        }
    }

    public Task ClosedAsync(string tool, int connections) =>
        RoundsAsync(tool, connections, target => ClosedLoop.RunAsync(target, connections, options.Round));

    /// <summary>Open loop; the cells stand under 0 connections.</summary>
    public Task OpenAsync(string tool, int perSecond) =>
        RoundsAsync(tool, 0, target => OpenLoop.RunAsync(target, perSecond, options.Round * 3));

    private async Task RoundsAsync(string tool, int connections, Func<Target, Task<LoadResult>> run)
    {
        var rounds = variants.ToDictionary(v => v.Key, _ => new List<LoadResult>());
        for (var round = 0; round < options.Rounds; round++)
        {
            foreach (var variant in variants)
            {
                var before = variant.CpuMicroseconds;
                var result = await run(variant.Call(tool)).ConfigureAwait(false);
                result.Cpu = (variant.CpuMicroseconds - before) / (double)Math.Max(1, result.Requests);
                rounds[variant.Key].Add(result);
            }
        }

        cells.AddRange(variants.Select(v => new Cell(tool, connections, v.Key, rounds[v.Key])));
    }
}
