using Gatehouse.Pipeline.Capabilities;
using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Conversations;

/// <summary>A session of the legacy era, bound to its owner; the content of a sealed handle.</summary>
/// <param name="Uid">The gateway's id of the session; it appears in events. Not the handle.</param>
/// <param name="UpstreamId">The upstream's session id; empty for a stdio server, null when the upstream has no sessions.</param>
/// <param name="Revision">The negotiated revision.</param>
/// <param name="Capabilities">The capabilities that the client declared at initialize.</param>
/// <param name="CreatedAt">Time at which it began.</param>
/// <param name="ExpiresAt">Its absolute end.</param>
public sealed record SessionBinding(
    string Uid,
    string? UpstreamId,
    ProtocolRevision Revision,
    ClientCapabilities Capabilities,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt)
{
    /// <summary>Live state in this process: requests in progress and questions of the server.</summary>
    public required LiveSession Live { get; init; }
}
