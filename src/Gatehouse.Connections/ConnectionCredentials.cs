using Gatehouse.Policy;
using Gatehouse.Settings;
using Gatehouse.Upstreams;

namespace Gatehouse.Connections;

/// <summary>The source of credentials that takes those of connections from the person who calls, and all others from another source.</summary>
/// <param name="others">The other source.</param>
/// <param name="connected">The connections.</param>
internal sealed class ConnectionCredentials(IUpstreamCredentials others, IConnectedCredentials connected) : IUpstreamCredentials
{
    /// <inheritdoc />
    public async ValueTask<UpstreamCredential?> GetAsync(
        PolicySubject? caller, ServerSettings server, string? exchange, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(server);
        if (server.Http?.Connection is null) return await others.GetAsync(caller, server, exchange, cancellation).ConfigureAwait(false);
        // The gateway's own requests are no person's: no connection serves the others.
        return caller is null ? null : await connected.GetAsync(caller, server, cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public bool MayRenew(PolicySubject? caller, ServerSettings server, UpstreamCredential credential, string? challenge)
    {
        ArgumentNullException.ThrowIfNull(server);
        if (server.Http?.Connection is null) return others.MayRenew(caller, server, credential, challenge);
        return caller is not null && connected.Refused(caller, server, credential);
    }
}
