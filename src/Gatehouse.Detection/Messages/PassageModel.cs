using Gatehouse.Detection.Content;
using Gatehouse.Detection.Findings;

namespace Gatehouse.Detection.Messages;

/// <summary>The learned model of a place, with the scores from which it reports with each confidence.</summary>
/// <param name="model">The model of passages; null for none.</param>
/// <param name="low">Scores from here are reported with low confidence.</param>
/// <param name="medium">Scores from here are reported with medium confidence.</param>
/// <param name="high">Scores from here are reported with high confidence.</param>
internal sealed class PassageModel(ContentModel? model, double low, double medium, double high)
{
    /// <summary>No model: rules alone judge.</summary>
    public static PassageModel None { get; } = new(null, double.PositiveInfinity, double.PositiveInfinity, double.PositiveInfinity);

    /// <summary>Returns the highest score of a passage, and the passage.</summary>
    public double Best(ReadOnlySpan<char> folded, out int start, out int length)
    {
        (start, length) = (0, folded.Length);
        return model?.Best(folded, out start, out length) ?? double.NegativeInfinity;
    }

    /// <summary>Returns whether a score is below every threshold by no more than a distance.</summary>
    public bool IsNear(double score, double distance) => score < low && score >= low - distance;

    /// <summary>Returns the confidence of a score; null below all.</summary>
    public Confidence? ConfidenceOf(double score) =>
        score >= high ? Confidence.High : score >= medium ? Confidence.Medium : score >= low ? Confidence.Low : null;
}
