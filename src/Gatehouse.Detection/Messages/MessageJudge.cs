using Gatehouse.Detection.Text;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Detection.Messages;

/// <summary>
/// The judgement of every text of a message by rules and by the learned models, offline and in time that is linear in the message. It never throws
/// for any validated JSON.
/// </summary>
public static class MessageJudge
{
    /// <summary>The work for a message and its decoded readings together, as a multiple of its size; for small ones 16 Ki characters.</summary>
    internal const int Budget = 4;

    private static readonly ObjectPool<MessageScan> Scans = new(static () => new MessageScan());
    private static readonly ObjectPool<JointScan> JointScans = new(static () => new JointScan());

    /// <summary>Returns the scores from which the learned model of a place reports.</summary>
    public static MessageThresholds ThresholdsOf(MessagePlace place) => PassageModels.For(place).Thresholds;

    /// <summary>Returns whether a score is below every threshold of its place by no more than a distance.</summary>
    public static bool IsNear(double score, MessagePlace place, double distance) => PassageModels.For(place).IsNear(score, distance);

    /// <summary>Judges the texts of a value: every string in it, names of members included.</summary>
    /// <param name="message">The message, validated.</param>
    /// <param name="value">The value: its params, result or error.</param>
    /// <param name="place">The place of the texts.</param>
    public static MessageJudgement Judge(ReadOnlySpan<byte> message, ByteRange value, MessagePlace place)
    {
        var scan = Scans.Take();
        try
        {
            return scan.Judge(message, value, PassageModels.For(place), Budget);
        }
        finally
        {
            Scans.Return(scan);
        }
    }

    /// <summary>
    /// Judges a sentence that is split over two messages: returns the findings over the place where they meet. The span of each is the beginning of
    /// the later text.
    /// </summary>
    /// <param name="before">The end of a text of the earlier message (<see cref="TextEdges.Ends"/>).</param>
    /// <param name="after">The beginning of a text of the later message.</param>
    /// <param name="place">The place of the later message.</param>
    /// <param name="withModel">False to ask only the rules.</param>
    /// <exception cref="ArgumentOutOfRangeException">One is longer than <see cref="TextEdges.Longest"/>.</exception>
    public static IReadOnlyList<MessageFinding> JudgeTogether(string before, TextBeginning after, MessagePlace place, bool withModel = true)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(before.Length, TextEdges.Longest, nameof(before));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(after.Text.Length, TextEdges.Longest, nameof(after));
        var scan = JointScans.Take();
        try
        {
            return scan.Judge(before, after, withModel ? PassageModels.For(place) : PassageModel.None);
        }
        finally
        {
            JointScans.Return(scan);
        }
    }
}
