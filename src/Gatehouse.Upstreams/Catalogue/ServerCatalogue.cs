using System.Collections.Concurrent;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Lists;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Pipeline.Upstream;
using Gatehouse.Policy;
using Gatehouse.Protocol;
using Gatehouse.Settings;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gatehouse.Upstreams.Catalogue;

/// <summary>The revisions and lists of each server, fetched when first needed.</summary>
public sealed class ServerCatalogue(SnapshotHolder snapshots, Func<ServerSettings, IUpstream> upstreams, TimeProvider time) : ICatalogue
{
    private readonly ConcurrentDictionary<string, CatalogueEntry> entries = new(StringComparer.Ordinal);

    /// <summary>
    /// The profile of every server, for hosts that must not ask. The one process of a wrapper takes its era from its client's first message, and a
    /// question of the gateway before it would be that first message. Default null: servers are asked (G19).
    /// </summary>
    internal UpstreamProfile? FixedProfile { get; init; }

    /// <summary>
    /// True for a server that answers the handshake of the legacy era whatever it says of itself: that of the official C# SDK in this process. Its
    /// capabilities differ by era. Default false: a server that names only modern revisions gets no handshake.
    /// </summary>
    internal bool HasBothEras { get; init; }

    /// <summary>Receives events for the operator.</summary>
    internal ILogger Log { get; init; } = NullLogger.Instance;

    /// <inheritdoc />
    public ValueTask<UpstreamProfile> ProfileAsync(ServerSettings server, PolicySubject? asker, CancellationToken cancellation) =>
        FixedProfile is not null ? ValueTask.FromResult(FixedProfile) : Entry(server).ProfileAsync(asker, cancellation);

    /// <inheritdoc />
    public ValueTask<bool> IssuesSessionsAsync(ServerSettings server, PolicySubject? asker, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(server);
        // The process of a local server is its session: there is no id.
        return server.Http is null ? ValueTask.FromResult(false) : Entry(server).IssuesSessionsAsync(asker, cancellation);
    }

    /// <inheritdoc />
    public void BeganSession(ServerSettings server) => Entry(server).BeganSession();

    /// <summary>Processes a message of a server for the catalogue.</summary>
    internal void OnNotification(ServerSettings server, ValidatedMessage message)
    {
        foreach (var kind in ListKinds.ChangedBy(message.Method)) Changed(server, kind);
    }

    /// <inheritdoc />
    public ValueTask<ServerList> ListAsync(Exchange exchange, ListKind kind, CancellationToken cancellation) =>
        Of(exchange).ListAsync(exchange, kind, cancellation);

    /// <inheritdoc />
    public ValueTask<ServerList> RenewAsync(Exchange exchange, ListKind kind, CancellationToken cancellation) =>
        Of(exchange).RenewAsync(exchange, kind, cancellation);

    /// <inheritdoc />
    public ValueTask SeeAsync(Exchange exchange, CancellationToken cancellation) => Of(exchange).SeeAsync(exchange, cancellation);

    /// <inheritdoc />
    public ServerList? Known(Exchange exchange, ListKind kind) => Of(exchange).Known(exchange, kind);

    /// <summary>Returns the tools of the last list of a server; empty where none was read.</summary>
    internal IEnumerable<string> SeenTools(string server) => entries.TryGetValue(server, out var entry) ? entry.SeenTools : [];

    /// <summary>Returns the number of tools that callers do not see, since a schema of theirs cannot be used.</summary>
    internal int UnusableTools => entries.Values.Sum(static entry => entry.UnusableTools);

    /// <inheritdoc />
    public void Changed(ServerSettings server, ListKind kind) => Entry(server).Changed(kind);

    private CatalogueEntry Of(Exchange exchange)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        return Entry(exchange.Server);
    }

    private CatalogueEntry Entry(ServerSettings server)
    {
        ArgumentNullException.ThrowIfNull(server);
        return entries.TryGetValue(server.Name, out var known) && ReferenceEquals(known.Server, server) ? known : Renewed(server);
    }

    // A changed server starts with nothing known.
    private CatalogueEntry Renewed(ServerSettings server) => entries.AddOrUpdate(
        server.Name,
        _ => NewEntry(server),
        (_, known) => ReferenceEquals(known.Server, server) ? known : NewEntry(server));

    private CatalogueEntry NewEntry(ServerSettings server) =>
        new(server, new CatalogueFetcher(server, snapshots, upstreams, time), time, HasBothEras) { Log = Log };
}
