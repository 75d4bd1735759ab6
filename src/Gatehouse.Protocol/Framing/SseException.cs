namespace Gatehouse.Protocol.Framing;

/// <summary>An event stream broke a bound or its encoding; nothing more is read from it. Holds no content of the stream.</summary>
public sealed class SseException(SseFault fault) : IOException($"The event stream cannot be read: {fault}.")
{
    /// <summary>The fault.</summary>
    public SseFault Fault { get; } = fault;
}

/// <summary>The reason why an event stream cannot be read further.</summary>
public enum SseFault
{
    /// <summary>There is no fault.</summary>
    None,

    /// <summary>An event, or a line of one, is larger than the bound; unknown fields and comments count.</summary>
    EventTooLarge,

    /// <summary>The id or the event name is larger than 4,096 bytes.</summary>
    FieldTooLarge,

    /// <summary>The id or the event name is not valid UTF-8.</summary>
    NotUtf8,
}
