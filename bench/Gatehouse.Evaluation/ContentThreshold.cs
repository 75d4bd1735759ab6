namespace Gatehouse.Evaluation;

/// <summary>The threshold of a model, chosen by the scores of harmless texts.</summary>
internal static class ContentThreshold
{
    /// <summary>
    /// Returns the least threshold by which at most the share of the scores is reported. It is above the highest score where the share of so few
    /// allows none.
    /// </summary>
    /// <param name="harmless">Scores of harmless texts; at least one.</param>
    /// <param name="share">The share, 0 to 1.</param>
    public static double Of(IEnumerable<double> harmless, double share)
    {
        var scores = harmless.Order().ToList();
        var allowed = (int)(scores.Count * share);
        return double.BitIncrement(scores[^(allowed + 1)]);
    }
}
