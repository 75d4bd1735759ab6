using System.Globalization;

namespace Gatehouse.Evaluation;

/// <summary>A share with the interval of Wilson (95 %).</summary>
/// <param name="Hits">How many.</param>
/// <param name="Count">Of how many.</param>
internal readonly record struct Interval(int Hits, int Count)
{
    private const double Z = 1.959964;

    /// <summary>The share, 0 to 1; not a number for none.</summary>
    public double Share => (double)Hits / Count;

    /// <summary>The lower end.</summary>
    public double Low => Math.Max(0, Middle - Half);

    /// <summary>The upper end.</summary>
    public double High => Math.Min(1, Middle + Half);

    private double Square => Z * Z / Count;

    private double Middle => (Share + (Square / 2)) / (1 + Square);

    private double Half => Z * Math.Sqrt((Share * (1 - Share) / Count) + (Square / (4 * Count))) / (1 + Square);

    public override string ToString() => Count == 0 ? "no texts"
        : string.Create(CultureInfo.InvariantCulture, $"{Hits} of {Count}: {100 * Share:0.00} % ({100 * Low:0.00} to {100 * High:0.00})");
}
