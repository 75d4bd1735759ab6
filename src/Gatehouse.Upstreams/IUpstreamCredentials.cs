using Gatehouse.Policy;
using Gatehouse.Refusals;
using Gatehouse.Settings;

namespace Gatehouse.Upstreams;

/// <summary>
/// The source of the credential that a request to an HTTP server carries. It is asked for each outgoing request, including each retry, so that an
/// expired credential is replaced without a restart.
/// </summary>
/// <remarks>
/// The threat: the gateway acts at a server with more rights than its caller has (a confused deputy), or passes a caller's token to a server that it
/// was not issued for (MCP, security best practices, token passthrough). The caller and the server determine the credential, never the content of the
/// request. The caller's token is not among the arguments (design rule 5).
/// </remarks>
public interface IUpstreamCredentials
{
    /// <summary>Returns the credential for a request.</summary>
    /// <param name="caller">The caller, or the owner of the session in which the gateway asks; null for the gateway's own requests.</param>
    /// <param name="server">The server, which is reached by HTTP. Local servers get no credential.</param>
    /// <param name="exchange">The id of the exchange in the audit log, which a server in this process names in its own entries; null for the gateway's
    /// own requests. It chooses no credential.</param>
    /// <param name="cancellation">Ends the wait with the exchange.</param>
    /// <returns>The credential; null when the server accepts requests without one.</returns>
    /// <exception cref="RefusalException">The caller gets no credential, for the reason given. Any other exception refuses the request as
    /// well.</exception>
    ValueTask<UpstreamCredential?> GetAsync(PolicySubject? caller, ServerSettings server, string? exchange, CancellationToken cancellation);

    /// <summary>Receives that a server refused a credential with status 401.</summary>
    /// <param name="caller">The caller that the credential was obtained for; null for the gateway's own requests.</param>
    /// <param name="server">The server.</param>
    /// <param name="credential">The credential.</param>
    /// <param name="challenge">The server's <c>WWW-Authenticate</c>; null where it has none. Text of another party.</param>
    /// <returns>True where another credential may be obtained, so that the request is sent once more.</returns>
    /// <exception cref="RefusalException">The caller has to do something first.</exception>
    bool MayRenew(PolicySubject? caller, ServerSettings server, UpstreamCredential credential, string? challenge) => false;
}
