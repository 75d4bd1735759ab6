namespace Gatehouse.Protocol.Framing;

/// <summary>The content of a server-sent event stream between two blank lines.</summary>
/// <param name="EventName">The event type; <c>message</c> where none is given.</param>
/// <param name="Data">The data, its lines joined with LF, without a final one; in memory of its own.</param>
/// <param name="Id">The <c>id</c> field of this event, or null when it has none. An empty one resets the last event id.</param>
/// <param name="Retry">The reconnection time this event sets, or null. At most <see cref="SseParser.MaxRetry"/>.</param>
/// <param name="IsDispatched">True when a browser would dispatch it: it has a <c>data</c> field, which may be empty. An event without one is still
/// delivered when it carries an id or a retry time, as the priming events of MCP 2025-11-25 do.</param>
public sealed record SseEvent(string EventName, ReadOnlyMemory<byte> Data, string? Id, TimeSpan? Retry, bool IsDispatched);
