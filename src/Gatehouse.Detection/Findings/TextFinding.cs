using Gatehouse.Protocol;

namespace Gatehouse.Detection.Findings;

/// <summary>One thing that is wrong with a text.</summary>
/// <param name="Rule">Its kind.</param>
/// <param name="Confidence">How sure it is.</param>
/// <param name="Span">The bytes of the original that say so.</param>
/// <param name="Message">What was found; holds no text from outside.</param>
public sealed record TextFinding(FindingRule Rule, Confidence Confidence, ByteRange Span, string Message)
{
    /// <summary>
    /// Whether it blocks: a severity of high or critical that is sure. The others ask a person.
    /// </summary>
    public bool IsHard => Rule.IsHard(Confidence);
}
