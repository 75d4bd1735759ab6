using System.Collections.Concurrent;
using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Configuration;
using Gatehouse.Protocol;

namespace Gatehouse.Gateway.Catalogue;

/// <summary>
/// Revisions and tool definitions of each server, fetched when first needed, by one fetch at a time for each server.
/// </summary>
public sealed class ServerCatalogue(SnapshotHolder snapshots, Func<ServerSettings, IUpstream> upstreams, TimeProvider time) : ICatalogue
{
    private readonly ConcurrentDictionary<string, CatalogueEntry> entries = new(StringComparer.Ordinal);

    /// <inheritdoc />
    public ValueTask<UpstreamProfile> ProfileAsync(ServerSettings server, CancellationToken cancellation) =>
        Entry(server).ProfileAsync(cancellation);

    /// <inheritdoc />
    public ValueTask<ToolDefinition?> FindToolAsync(ServerSettings server, string name, CancellationToken cancellation) =>
        Entry(server).FindToolAsync(name, cancellation);

    /// <inheritdoc />
    public void ToolsChanged(ServerSettings server) => Entry(server).ToolsChanged();

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
