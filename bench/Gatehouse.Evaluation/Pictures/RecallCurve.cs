namespace Gatehouse.Evaluation.Pictures;

/// <summary>Recall against false alarms, for every threshold.</summary>
/// <param name="name">What is drawn, for the legend.</param>
/// <param name="attacks">Attacks.</param>
/// <param name="harmless">Harmless texts.</param>
internal sealed class RecallCurve(string name, IEnumerable<DetectionRow> attacks, IEnumerable<DetectionRow> harmless)
{
    private readonly double[] attacks = Sorted(attacks);
    private readonly double[] harmless = Sorted(harmless);

    /// <summary>The name in the legend.</summary>
    public string Name => name;

    /// <summary>True when there are attacks and harmless texts.</summary>
    public bool IsDrawn => attacks.Length > 0 && harmless.Length > 0;

    /// <summary>The points, from the highest threshold to the lowest. A text without a score is reported by none.</summary>
    public IEnumerable<CurvePoint> Points =>
        attacks.Concat(harmless).Where(double.IsFinite).Distinct().OrderDescending().Select(At);

    /// <summary>Returns the point of a threshold.</summary>
    public CurvePoint At(double threshold) => new(threshold, AtLeast(attacks, threshold), AtLeast(harmless, threshold));

    private static double[] Sorted(IEnumerable<DetectionRow> rows) => [.. rows.Select(row => row.Surety).Order()];

    private static Interval AtLeast(double[] sorted, double threshold)
    {
        int from = 0, end = sorted.Length;
        while (from < end)
        {
            var middle = (from + end) / 2;
            if (sorted[middle] >= threshold) end = middle;
            else from = middle + 1;
        }

        return new Interval(sorted.Length - from, sorted.Length);
    }
}
