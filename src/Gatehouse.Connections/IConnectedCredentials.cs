using Gatehouse.Policy;
using Gatehouse.Refusals;
using Gatehouse.Settings;
using Gatehouse.Upstreams;

namespace Gatehouse.Connections;

/// <summary>The credentials of servers to which each person connects a third-party service (OB-05).</summary>
internal interface IConnectedCredentials
{
    /// <summary>Returns the token of the person's own connection, refreshed where its end is near.</summary>
    /// <param name="caller">The person who calls.</param>
    /// <param name="server">A server whose credential is a connection.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="RefusalException">
    /// The person has no connection that serves, and the refusal has the link to the page; or the caller is no person who can connect; or the service
    /// or the store does not answer now.
    /// </exception>
    ValueTask<UpstreamCredential> GetAsync(PolicySubject caller, ServerSettings server, CancellationToken cancellation);

    /// <summary>
    /// Receives that the server refused a token before its end, as after a person removed the gateway at the service. The next call refreshes the
    /// token, or asks the person to connect again. The connection stays: a server that answers wrongly destroys nothing.
    /// </summary>
    /// <returns>False when a token of the connection was refused within the last minute: this one stays in use.</returns>
    bool Refused(PolicySubject caller, ServerSettings server, UpstreamCredential credential);
}
