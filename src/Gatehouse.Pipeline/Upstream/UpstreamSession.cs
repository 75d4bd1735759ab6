using Gatehouse.Pipeline.Capabilities;
using Gatehouse.Pipeline.Conversations;
using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Upstream;

/// <summary>The session of the legacy era that an upstream request belongs to, as the server's side knows it.</summary>
/// <param name="Uid">The gateway's id of the session; distinguishes sessions of one shared process.</param>
/// <param name="Id">The upstream's session id; empty for a stdio server, null when the upstream has no sessions.</param>
/// <param name="Revision">The negotiated revision.</param>
/// <param name="Capabilities">The capabilities that its client declared at initialize.</param>
public readonly record struct UpstreamSession(string Uid, string? Id, ProtocolRevision Revision, ClientCapabilities Capabilities)
{
    /// <summary>Returns the server's side of a session.</summary>
    public static UpstreamSession Of(SessionBinding session)
    {
        ArgumentNullException.ThrowIfNull(session);
        return new UpstreamSession(session.Uid, session.UpstreamId, session.Revision, session.Capabilities);
    }
}
