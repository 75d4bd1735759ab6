using Gatehouse.Protocol.Json;

namespace Gatehouse.Detection.Findings;

/// <summary>One fault of a text.</summary>
/// <param name="Rule">Its kind.</param>
/// <param name="Confidence">The confidence of the finding.</param>
/// <param name="Span">The bytes of the original that prove it.</param>
/// <param name="Message">The finding in words; holds no text from outside.</param>
public sealed record TextFinding(FindingRule Rule, Confidence Confidence, ByteRange Span, string Message)
{
    /// <summary>True when it blocks: a severity of high or critical that is sure. The others ask a person.</summary>
    public bool IsHard => Rule.IsHard(Confidence);
}
