namespace Gatehouse.Pipeline.Conversations;

/// <summary>The messages of a stream that a client missed and that can no longer be sent again (ST-02).</summary>
/// <param name="Lost">Number of messages; at least one.</param>
/// <param name="IsExact">False when there may be more: the record of older ones was dropped as well.</param>
/// <param name="AnswerIsLost">True when the answer to the request that opened the stream is among them, or will never come.</param>
public sealed record StreamGap(int Lost, bool IsExact, bool AnswerIsLost);
