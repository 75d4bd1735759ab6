using Gatehouse.Detection.Content;
using Gatehouse.Detection.Findings;

namespace Gatehouse.Detection.Messages;

/// <summary>The learned model of a place.</summary>
/// <param name="model">The model of passages; null for none.</param>
/// <param name="head">Its head.</param>
/// <param name="isPrompt">True for a prompt that a person chose. A prompt that a server asks the client's model is none.</param>
internal sealed class PassageModel(ContentModel? model, ContentHead head, bool isPrompt = false)
{
    /// <summary>No model: only the rules judge.</summary>
    public static PassageModel None { get; } = new(null, ContentHead.Results);

    /// <summary>The scores from which it reports; infinite where it never does.</summary>
    public MessageThresholds Thresholds => Scale is { } scale ? new MessageThresholds(scale.Low, scale.Medium, scale.High)
        : new MessageThresholds(double.PositiveInfinity, double.PositiveInfinity, double.PositiveInfinity);

    /// <summary>True where a template that a person chose asks the model: it may give the model a role.</summary>
    public bool IsPrompt => isPrompt;

    /// <summary>Takes the room in which the texts of one message are read; null where there is no model.</summary>
    public PassageSums? Take() => model?.Take(head);

    /// <summary>Takes it back.</summary>
    public void Return(PassageSums? sums)
    {
        if (sums is not null) model?.Return(sums, head);
    }

    /// <summary>Returns the highest score of a passage, and the passage.</summary>
    /// <param name="sums">The room of the message.</param>
    /// <param name="folded">The text.</param>
    /// <param name="of">Number of characters of the text that it is a part of.</param>
    /// <param name="start">Where the passage begins.</param>
    /// <param name="length">Its length.</param>
    public double Best(PassageSums? sums, ReadOnlySpan<char> folded, int of, out int start, out int length)
    {
        (start, length) = (0, folded.Length);
        return model is null || sums is null ? double.NegativeInfinity : model.Best(sums, folded, head, of, out start, out length);
    }

    /// <summary>Returns whether a score is below every threshold by no more than a distance.</summary>
    public bool IsNear(double score, double distance) => Scale is { } scale && score < scale.Low && score >= scale.Low - distance;

    /// <summary>Returns the confidence of a score; null below all.</summary>
    public Confidence? ConfidenceOf(double score) => Scale is not { } scale ? null
        : score >= scale.High ? Confidence.High : score >= scale.Medium ? Confidence.Medium : score >= scale.Low ? Confidence.Low : null;

    private HeadScale? Scale => model?.Scales[(int)head];
}
