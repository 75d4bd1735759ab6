using Gatehouse.Protocol.Json;

namespace Gatehouse.Detection.Messages;

/// <summary>
/// The two ends of the texts of a message where a sentence may continue in another message: the first text begins within a sentence, the last one
/// ends within one.
/// </summary>
/// <param name="First">The beginning of the first text; empty when it begins a sentence.</param>
/// <param name="FirstSpan">The bytes of the message that it comes from.</param>
/// <param name="Last">The end of the last text; empty when it ends a sentence.</param>
/// <param name="IsOne">True when both are the whole of one text.</param>
public sealed record TextEdges(string First, ByteRange FirstSpan, string Last, bool IsOne)
{
    /// <summary>Most characters of an end: what a window of the model holds.</summary>
    public const int Longest = 200;
}
