using Gatehouse.Bench.Load;

namespace Gatehouse.Bench.Areas;

/// <summary>Rounds of one variant in one setting.</summary>
internal sealed record Cell(string Tool, int Connections, string Variant, IReadOnlyList<LoadResult> Rounds)
{
    public double PerSecond => Median(Rounds.Select(r => r.PerSecond));

    public double P50 => Median(Rounds.Select(r => r.P50));

    public double P99 => Median(Rounds.Select(r => r.P99));

    public double Cpu => Median(Rounds.Select(r => r.Cpu));

    public double KernelCpu => Median(Rounds.Select(r => r.KernelCpu));

    public double AllocatedBytes => Median(Rounds.Select(r => r.AllocatedBytes));

    public double Entries => Median(Rounds.Select(r => r.Entries));

    public double Commits => Median(Rounds.Select(r => r.Commits));

    public double IdleCores => Median(Rounds.Select(r => r.IdleCores));

    /// <summary>False where others used the machine in every round.</summary>
    public bool IsQuiet { get; init; } = true;

    /// <summary>Rounds that do not count, because others used the machine.</summary>
    public int Dropped { get; init; }

    public long Errors => Rounds.Sum(r => r.Errors);

    /// <summary>Median of the ratios within each round, which is what the rounds alternate for.</summary>
    public double Against(Cell other, Func<LoadResult, double> of) =>
        Median(Rounds.Zip(other.Rounds, (mine, theirs) => of(mine) / of(theirs)));

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count == 0
            ? double.NaN : sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[(sorted.Count / 2) - 1] + sorted[sorted.Count / 2]) / 2;
    }
}
