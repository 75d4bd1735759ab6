using System.Collections.Frozen;
using Gatehouse.Settings;

namespace Gatehouse.Pipeline.Authenticate;

/// <summary>
/// The resource identifiers (RFC 8707) of the servers of one configuration, each made once. Every request needs the one of its server.
/// </summary>
internal sealed class ResourceIdentifiers
{
    private readonly GatewaySettings settings;
    private readonly FrozenDictionary<string, string> names;

    private ResourceIdentifiers(GatewaySettings settings)
    {
        this.settings = settings;
        names = settings.Servers.ToFrozenDictionary(static server => server.Path, settings.Resource, StringComparer.Ordinal);
    }

    /// <summary>Returns the resource identifier of a server, and replaces the cache where it belongs to another configuration.</summary>
    public static string Of(ref ResourceIdentifiers? cache, GatewaySettings settings, ServerSettings server)
    {
        var current = Volatile.Read(ref cache);
        if (current is null || !ReferenceEquals(current.settings, settings)) Volatile.Write(ref cache, current = new ResourceIdentifiers(settings));
        return current.names.TryGetValue(server.Path, out var name) ? name : settings.Resource(server);
    }
}
