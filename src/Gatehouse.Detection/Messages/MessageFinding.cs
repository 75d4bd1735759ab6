using Gatehouse.Detection.Findings;
using Gatehouse.Detection.Text;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Detection.Messages;

/// <summary>One fault of a text in a message.</summary>
/// <param name="Rule">Its kind.</param>
/// <param name="Confidence">The confidence, after what the surroundings say about it.</param>
/// <param name="Span">The bytes of the message that prove it; with <see cref="IsJoint"/> those of its part.</param>
/// <param name="Message">The finding in words; holds no text from outside.</param>
/// <param name="Score">The score of the learned model; null where a rule decided.</param>
public sealed record MessageFinding(FindingRule Rule, Confidence Confidence, ByteRange Span, string Message, double? Score)
{
    /// <summary>True when words around it say that it is quoted, an example, or about attacks; its confidence is a step lower for that.</summary>
    public bool IsQuoted { get; init; }

    /// <summary>True when the sentence began in an earlier message: the bytes are the beginning of what continues it.</summary>
    public bool IsJoint { get; init; }

    /// <summary>The decoded reading in which it was found; null for the text as it is written.</summary>
    public ViewKind? Reading { get; init; }
}
