using Gatehouse.Pipeline.Forward;
using Gatehouse.Pipeline.Lists;
using Gatehouse.Refusals;
using Gatehouse.Settings;

namespace Gatehouse.Pipeline;

/// <summary>
/// What is known of each server: revisions and lists, fetched by the gateway itself, aged and bounded (design rule 10). Where a
/// server keeps something between requests, its lists are those of the caller's own session.
/// </summary>
public interface ICatalogue
{
    /// <summary>The revisions of the server.</summary>
    /// <exception cref="RefusalException">The server cannot be reached.</exception>
    ValueTask<UpstreamProfile> ProfileAsync(ServerSettings server, CancellationToken cancellation);

    /// <summary>
    /// Whether the server begins a session with the handshake of the legacy era. Asked of the server by a handshake of the gateway's own where
    /// no answer to one has told it yet.
    /// </summary>
    /// <exception cref="RefusalException">The server cannot be reached, or does not answer.</exception>
    ValueTask<bool> IssuesSessionsAsync(ServerSettings server, CancellationToken cancellation);

    /// <summary>The server began a session with a caller: from now on it is one that issues session ids.</summary>
    void BeganSession(ServerSettings server);

    /// <summary>A list of the exchange's server, fetched when it is not known or too old.</summary>
    /// <exception cref="RefusalException"><see cref="Reasons.DefinitionMissing"/>: a check that needs a definition and has none refuses.</exception>
    ValueTask<ServerList> ListAsync(Exchange exchange, ListKind kind, CancellationToken cancellation);

    /// <summary>The same, fetched anew unless that happened a moment ago: for a name that was not found.</summary>
    /// <exception cref="RefusalException"><see cref="Reasons.DefinitionMissing"/>.</exception>
    ValueTask<ServerList> RenewAsync(Exchange exchange, ListKind kind, CancellationToken cancellation);

    /// <summary>The list as it was last known, however old; null when it never was, or is not kept any more.</summary>
    ServerList? Known(Exchange exchange, ListKind kind);

    /// <summary>
    /// Where first use is trusted, looks at the exchange's server for the gateway itself, once: what is trusted is what the gateway saw, in
    /// no session that a caller began.
    /// </summary>
    /// <exception cref="RefusalException">The server cannot be seen, so nothing of it can be trusted.</exception>
    ValueTask SeeAsync(Exchange exchange, CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <summary>The server said that a list changed: what is known of it is stale.</summary>
    void Changed(ServerSettings server, ListKind kind);
}
