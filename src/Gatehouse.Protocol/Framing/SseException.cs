namespace Gatehouse.Protocol.Framing;

/// <summary>An event stream broke a bound or its encoding; nothing more is read from it. Holds no content of the stream.</summary>
public sealed class SseException(SseFault fault) : IOException($"The event stream cannot be read: {fault}.")
{
    /// <summary>What was wrong.</summary>
    public SseFault Fault { get; } = fault;
}
