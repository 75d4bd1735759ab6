using Gatehouse.Detection.Content;

namespace Gatehouse.Evaluation;

/// <summary>The scale on which texts of groups with different thresholds are compared.</summary>
internal static class Surety
{
    /// <summary>
    /// Returns the level of a text with the position of its score between the thresholds. The inspection decides the level, the model only the
    /// fraction: a text that a rule reported and the model did not is at the beginning of its level.
    /// </summary>
    /// <param name="level">0 to 3.</param>
    /// <param name="score">The model's highest score of the text.</param>
    /// <param name="scale">The thresholds of its head.</param>
    /// <param name="isMessage">True for messages. Definitions have no medium confidence.</param>
    public static double Of(int level, double score, HeadScale scale, bool isMessage)
    {
        var place = isMessage ? Place(score, (scale.Low, 1), (scale.Medium, 2), (scale.High, 3)) : Place(score, (scale.Low, 1), (scale.High, 3));
        var next = level == 0 ? 1 : level == 3 ? double.PositiveInfinity : isMessage ? level + 1 : 3;
        return Math.Clamp(place, level == 0 ? double.NegativeInfinity : level, Math.BitDecrement(next));
    }

    // Linear between two thresholds; below the first and above the last, the slope of the nearest two.
    private static double Place(double score, params ReadOnlySpan<(double Score, double Level)> thresholds)
    {
        var at = 1;
        while (at < thresholds.Length - 1 && score >= thresholds[at].Score) at++;
        var (from, to) = (thresholds[at - 1], thresholds[at]);
        return from.Level + ((score - from.Score) * (to.Level - from.Level) / Math.Max(to.Score - from.Score, double.Epsilon));
    }
}
