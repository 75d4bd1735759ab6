using System.Text.Json;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// Servers that a new configuration did not change. They keep their settings object, and with it their connections, processes, sessions and
/// catalogue: a reload for one server must not end the sessions of the others.
/// </summary>
internal static class ServerReuse
{
    public static GatewaySettings Keep(GatewaySettings current, GatewaySettings next)
    {
        var known = current.Servers.ToDictionary(Text, StringComparer.Ordinal);
        return next with { Servers = [.. next.Servers.Select(s => known.GetValueOrDefault(Text(s), s))] };
    }

    // Settings hold references to secrets and never a secret, so they can be written out and compared.
    private static string Text(ServerSettings server) => JsonSerializer.Serialize(server);
}
