namespace Gatehouse.Pipeline.Conversations;

/// <summary>The position at which a stream of a session continues (legacy era, ST-02).</summary>
/// <param name="Stream">The stream within the session: the id of the exchange whose request opened it; empty for the session's own.</param>
/// <param name="UpstreamEventId">The upstream's event id, for an HTTP upstream; the gateway's event number otherwise.</param>
public sealed record ResumePoint(string Stream, string UpstreamEventId);
