using Gatehouse.Pipeline.Capabilities;
using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Sessions;

/// <summary>A session of the legacy era as bound to its owner; what a sealed handle holds.</summary>
/// <param name="Uid">Our id of the session; stands in events. Not the handle.</param>
/// <param name="UpstreamId">The upstream's session id; empty for a stdio server, null when the upstream has no sessions.</param>
/// <param name="Revision">The negotiated revision.</param>
/// <param name="Capabilities">What the client declared at initialize.</param>
/// <param name="CreatedAt">When it began.</param>
/// <param name="ExpiresAt">Its absolute end.</param>
public sealed record SessionBinding(
    string Uid,
    string? UpstreamId,
    ProtocolRevision Revision,
    ClientCapabilities Capabilities,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt)
{
    /// <summary>What is live in this process: requests under way and questions of the server.</summary>
    public required LiveSession Live { get; init; }
}
