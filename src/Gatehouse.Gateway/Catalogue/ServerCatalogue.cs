using System.Collections.Concurrent;
using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Configuration;
using Gatehouse.Pipeline.Listing;

namespace Gatehouse.Gateway.Catalogue;

/// <summary>Revisions and lists of each server, fetched when first needed.</summary>
public sealed class ServerCatalogue(SnapshotHolder snapshots, Func<ServerSettings, IUpstream> upstreams, TimeProvider time) : ICatalogue
{
    private readonly ConcurrentDictionary<string, CatalogueEntry> entries = new(StringComparer.Ordinal);

    /// <inheritdoc />
    public ValueTask<UpstreamProfile> ProfileAsync(ServerSettings server, CancellationToken cancellation) =>
        Entry(server).ProfileAsync(cancellation);

    /// <inheritdoc />
    public ValueTask<ServerList> ListAsync(Exchange exchange, ListKind kind, CancellationToken cancellation) =>
        Of(exchange).ListAsync(exchange, kind, cancellation);

    /// <inheritdoc />
    public ValueTask<ServerList> RenewAsync(Exchange exchange, ListKind kind, CancellationToken cancellation) =>
        Of(exchange).RenewAsync(exchange, kind, cancellation);

    /// <inheritdoc />
    public ServerList? Known(Exchange exchange, ListKind kind) => Of(exchange).Known(exchange, kind);

    /// <inheritdoc />
    public void Changed(ServerSettings server, ListKind kind) => Entry(server).Changed(kind);

    private CatalogueEntry Of(Exchange exchange)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        return Entry(exchange.Server);
    }

    // A changed server starts with nothing known.
    private CatalogueEntry Entry(ServerSettings server)
    {
        ArgumentNullException.ThrowIfNull(server);
        return entries.AddOrUpdate(
            server.Name,
            _ => NewEntry(server),
            (_, known) => ReferenceEquals(known.Server, server) ? known : NewEntry(server));
    }

    private CatalogueEntry NewEntry(ServerSettings server) =>
        new(server, new CatalogueFetcher(server, snapshots, upstreams, time), time);
}
