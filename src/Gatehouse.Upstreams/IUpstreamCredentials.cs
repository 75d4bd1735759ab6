using Gatehouse.Policy;
using Gatehouse.Refusals;
using Gatehouse.Settings;

namespace Gatehouse.Upstreams;

/// <summary>
/// Which credential a request to an HTTP server carries. Asked anew for each outgoing request, attempts to repeat one among them, so that a
/// credential that expires is replaced without a restart.
/// </summary>
/// <remarks>
/// The threat: the gateway acts at a server with more rights than its caller has (a confused deputy), or hands a caller's token to a server that it
/// was not made for (MCP, security best practices, token passthrough). A credential is chosen by who calls and by which server, never by what the
/// caller sent: the caller's token is not among what is given here (design rule 5).
/// </remarks>
public interface IUpstreamCredentials
{
    /// <summary>The credential for a request.</summary>
    /// <param name="caller">Who calls, or in whose session the gateway asks; null for what the gateway asks for itself.</param>
    /// <param name="server">The server, which is reached by HTTP. Local servers are given none.</param>
    /// <param name="cancellation">Ends the wait with the exchange.</param>
    /// <returns>The credential; null where the server takes requests without one.</returns>
    /// <exception cref="RefusalException">The caller gets no credential, for the reason given. Any other exception refuses the request as
    /// well.</exception>
    ValueTask<UpstreamCredential?> GetAsync(PolicySubject? caller, ServerSettings server, CancellationToken cancellation);
}
