using Gatehouse.Detection.Findings;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Detection.Messages;

/// <summary>The judgement of the texts of one message.</summary>
/// <param name="Findings">At most one of each kind, the surest first; empty when there are none.</param>
/// <param name="IsUnread">True when the budget ended before every reading was judged, or an encoding was nested too deep.</param>
/// <param name="Score">The highest score of the learned model; negative infinity where no text was long enough.</param>
public sealed record MessageJudgement(IReadOnlyList<MessageFinding> Findings, bool IsUnread, double Score)
{
    /// <summary>The values of <see cref="DetectionRules.UnreadContent"/>; the first is the span of its finding. Empty without one.</summary>
    public IReadOnlyList<ByteRange> UnreadValues { get; init; } = [];

    /// <summary>True when nothing was found and everything was read.</summary>
    public bool IsClean => Findings.Count == 0 && !IsUnread;
}
