using System.Collections.Immutable;
using Gatehouse.Identity.Redirects;
using Gatehouse.Settings;

namespace Gatehouse.AuthorizationServer.Clients;

/// <summary>The names and hosts that people of this gateway know, and that a stranger's client could imitate.</summary>
internal sealed class KnownNames
{
    private KnownNames(ImmutableArray<Entry> names, ImmutableArray<string> hosts) => (Names, Hosts) = (names, hosts);

    /// <summary>The names, with the client that has each.</summary>
    public ImmutableArray<Entry> Names { get; }

    /// <summary>The hosts, in lower case.</summary>
    public ImmutableArray<string> Hosts { get; }

    /// <summary>Collects the names of configured clients, servers and the gateway, and the hosts of clients and the gateway.</summary>
    /// <param name="settings">The settings in force.</param>
    /// <param name="gatewayHost">The host of the gateway's public address.</param>
    /// <param name="serverNames">The names of the servers.</param>
    public static KnownNames Of(AuthorizationServerSettings settings, string gatewayHost, IEnumerable<string> serverNames)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var names = settings.Clients.Select(client => new Entry(client.Name, Resemblance.Skeleton(client.Name), client.Id))
            .Concat(serverNames.Append(gatewayHost).Append("Gatehouse").Select(name => new Entry(name, Resemblance.Skeleton(name), null)));
        var hosts = settings.Clients.SelectMany(client => HostsOf(client)).Concat(settings.ClientDocumentHosts).Append(gatewayHost);
        return new KnownNames([.. names], [.. hosts.Select(HostName.WithoutPort).Select(Lower).Distinct(StringComparer.Ordinal)]);
    }

    private static ImmutableArray<string> HostsOf(OAuthClientSettings client)
    {
        var ofId = ClientDocumentUrl.TryParse(client.Id, out var url) ? [url.Host] : Enumerable.Empty<string>();
        return [.. ofId.Concat(client.RedirectUris.Select(HostOf).OfType<string>()).Select(Lower).Distinct(StringComparer.Ordinal)];
    }

    private static string? HostOf(string redirectUri) =>
        RedirectUri.TryParse(redirectUri, out var uri, out _) && !uri.IsLoopback && !uri.IsPrivateUse ? uri.Host : null;

    private static string Lower(string host) => host.ToLowerInvariant();

    /// <summary>A known name.</summary>
    /// <param name="Name">The name.</param>
    /// <param name="Skeleton">Its shape.</param>
    /// <param name="ClientId">The client that has it; null for a server or the gateway.</param>
    internal sealed record Entry(string Name, string Skeleton, string? ClientId);
}
