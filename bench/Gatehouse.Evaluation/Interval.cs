using System.Globalization;

namespace Gatehouse.Evaluation;

/// <summary>A share with the interval of Wilson (95 %).</summary>
/// <param name="Hits">How many.</param>
/// <param name="Count">Of how many.</param>
internal readonly record struct Interval(int Hits, int Count)
{
    private const double Z = 1.959964;

    public override string ToString()
    {
        if (Count == 0)
            return "no texts";
        double share = (double)Hits / Count, square = Z * Z / Count;
        var middle = (share + (square / 2)) / (1 + square);
        var half = Z * Math.Sqrt((share * (1 - share) / Count) + (square / (4 * Count))) / (1 + square);
        return string.Create(CultureInfo.InvariantCulture,
            $"{Hits} of {Count}: {100 * share:0.00} % ({100 * Math.Max(0, middle - half):0.00} to {100 * Math.Min(1, middle + half):0.00})");
    }
}
