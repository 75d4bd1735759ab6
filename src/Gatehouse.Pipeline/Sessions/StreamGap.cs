namespace Gatehouse.Pipeline.Sessions;

/// <summary>Messages of a stream that a client missed and that no longer can be sent again (ST-02).</summary>
/// <param name="Lost">How many; at least one.</param>
/// <param name="IsExact">False when there may be more: what was known of older ones is forgotten as well.</param>
/// <param name="AnswerIsLost">True when the answer to the request that opened the stream is among them, or will never come.</param>
public sealed record StreamGap(int Lost, bool IsExact, bool AnswerIsLost);
