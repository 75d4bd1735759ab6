using Gatehouse.Pipeline.Lists;
using Gatehouse.Pipeline.Upstream;
using Gatehouse.Policy;
using Gatehouse.Refusals;
using Gatehouse.Settings;

namespace Gatehouse.Pipeline.Exchanges;

/// <summary>
/// The known revisions and lists of each server, fetched by the gateway itself, aged and bounded (design rule 10). If a server keeps state between
/// requests, its lists are those of the caller's own session.
/// </summary>
public interface ICatalogue
{
    /// <summary>Returns the revisions of the server.</summary>
    /// <param name="server">The server.</param>
    /// <param name="asker">The caller whose credential the question has where the server's credential is that of callers; null for none.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="RefusalException">The server cannot be reached.</exception>
    ValueTask<UpstreamProfile> ProfileAsync(ServerSettings server, PolicySubject? asker, CancellationToken cancellation);

    /// <summary>
    /// Tells whether the server begins a session with the handshake of the legacy era. If no answer to a handshake has shown it yet, the gateway
    /// makes its own handshake.
    /// </summary>
    /// <exception cref="RefusalException">The server cannot be reached, or does not answer.</exception>
    ValueTask<bool> IssuesSessionsAsync(ServerSettings server, PolicySubject? asker, CancellationToken cancellation);

    /// <summary>Records that the server began a session with a caller: from now on it counts as a server that issues session ids.</summary>
    void BeganSession(ServerSettings server);

    /// <summary>Returns a list of the exchange's server, fetched when it is unknown or too old.</summary>
    /// <exception cref="RefusalException"><see cref="Reasons.DefinitionMissing"/>: a check that needs a definition and has none refuses.</exception>
    ValueTask<ServerList> ListAsync(Exchange exchange, ListKind kind, CancellationToken cancellation);

    /// <summary>Returns the same list, fetched again unless that happened a moment ago: for a name that was not found.</summary>
    /// <exception cref="RefusalException"><see cref="Reasons.DefinitionMissing"/>.</exception>
    ValueTask<ServerList> RenewAsync(Exchange exchange, ListKind kind, CancellationToken cancellation);

    /// <summary>Returns the last known list, of any age; null when it never was known, or is no longer kept.</summary>
    ServerList? Known(Exchange exchange, ListKind kind);

    /// <summary>
    /// Observes the exchange's server for the gateway itself, once, under trust on first use: the trusted definitions are those that the gateway saw,
    /// in no session that a caller began.
    /// </summary>
    /// <exception cref="RefusalException">The server cannot be observed, so none of its definitions can be trusted.</exception>
    ValueTask SeeAsync(Exchange exchange, CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <summary>Records that the server announced a changed list: the known list is stale.</summary>
    void Changed(ServerSettings server, ListKind kind);
}
