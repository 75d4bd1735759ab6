namespace Gatehouse.Pipeline;

/// <summary>Where a stream of a session goes on (legacy era, ST-02).</summary>
/// <param name="Stream">Our number of the stream within the session.</param>
/// <param name="UpstreamEventId">The upstream's event id, for an HTTP upstream; our event number otherwise.</param>
public sealed record ResumePoint(string Stream, string UpstreamEventId);
