using Gatehouse.Outbound;
using Gatehouse.Settings;

namespace Gatehouse.Connections;

/// <summary>
/// The third-party services of the configuration in force. A service keeps its metadata over a reload that does not change it.
/// </summary>
internal sealed class ConnectedServices : IDisposable
{
    private readonly Lock gate = new();
    private readonly IConnectionHost host;
    private readonly TimeProvider time;
    private readonly ConfiguredHosts hosts;
    private readonly MetadataFetcher fetcher;
    private readonly FormPoster poster;
    private readonly TokenDeletion deletion;
    private (IReadOnlyList<ConnectionProviderSettings>? Settings, string Origin) builtFrom;
    private Dictionary<string, (ConnectionProviderSettings Settings, ConnectedService Service)> built = [];

    /// <summary>Makes the clients of the services.</summary>
    /// <param name="host">Settings, secrets and handlers.</param>
    /// <param name="time">The clock.</param>
    public ConnectedServices(IConnectionHost host, TimeProvider time)
    {
        this.host = host;
        this.time = time;
        hosts = new ConfiguredHosts([]);
        fetcher = new MetadataFetcher(host.Handlers, hosts);
        poster = new FormPoster(host.Handlers, hosts);
        deletion = new TokenDeletion(host.Handlers, hosts);
    }

    /// <summary>Returns a service of the configuration in force; null when it has none of this name.</summary>
    public ConnectedService? Find(string name)
    {
        var now = host.Settings;
        lock (gate)
        {
            if (!ReferenceEquals(builtFrom.Settings, now.ConnectionProviders) || builtFrom.Origin != now.Origin) Build(now);
            return built.GetValueOrDefault(name).Service;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        fetcher.Dispose();
        poster.Dispose();
        deletion.Dispose();
    }

    private void Build(GatewaySettings now)
    {
        hosts.Use(now);
        var same = builtFrom.Origin == now.Origin ? built : [];
        built = now.ConnectionProviders.ToDictionary(one => one.Name, one => (one, Make(one)), StringComparer.Ordinal);
        builtFrom = (now.ConnectionProviders, now.Origin);

        ConnectedService Make(ConnectionProviderSettings one) => same.TryGetValue(one.Name, out var kept) && kept.Settings.Equals(one)
            ? kept.Service : new ConnectedService(one, now.Origin, fetcher, poster, deletion, host.Resolve, time);
    }
}
