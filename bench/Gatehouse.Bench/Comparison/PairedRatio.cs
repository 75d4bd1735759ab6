using Gatehouse.Bench.Areas;

namespace Gatehouse.Bench.Comparison;

/// <summary>Ratios of two builds, one for each round in which both were measured.</summary>
/// <remarks>
/// The distribution of such ratios is unknown, so the interval is that of the sign test: the order statistics that enclose the median with a
/// confidence of at least 95 %. Fewer than six rounds give none.
/// </remarks>
internal sealed class PairedRatio
{
    private const double MostDoubt = 0.025; // on each side

    private readonly List<double> sorted;

    /// <param name="ratios">The second build by the first, round by round.</param>
    public PairedRatio(IEnumerable<double> ratios) => sorted = [.. ratios.Where(double.IsFinite).Order()];

    /// <summary>Rounds.</summary>
    public int Count => sorted.Count;

    /// <summary>The median; not a number without rounds.</summary>
    public double Median => Cell.Median(sorted);

    /// <summary>The interval of the median; null with too few rounds.</summary>
    public (double Low, double High)? Interval
    {
        get
        {
            var rank = Rank(sorted.Count);
            return rank == 0 ? null : (sorted[rank - 1], sorted[^rank]);
        }
    }

    /// <summary>True where the interval leaves out 1: the builds differ.</summary>
    public bool IsDifference => Interval is { } interval && (interval.Low > 1 || interval.High < 1);

    // The largest rank whose tail of the binomial distribution with one half is at most the doubt; 0 for none.
    private static int Rank(int count)
    {
        var (tail, term, rank) = (0.0, Math.Pow(0.5, count), 0);
        for (var k = 0; k < count; k++)
        {
            tail += term;
            if (tail > MostDoubt) break;
            rank = k + 1;
            term *= (count - k) / (k + 1.0);
        }

        return rank;
    }
}
