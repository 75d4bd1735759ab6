namespace Gatehouse.ProviderEvents;

/// <summary>The effects of events.</summary>
internal enum EventEffect
{
    /// <summary>None: the event is only recorded.</summary>
    None,

    /// <summary>It is about the stream and not about a person.</summary>
    Stream,

    /// <summary>The person's sessions, streams, grants and cached credentials end.</summary>
    End,
}
