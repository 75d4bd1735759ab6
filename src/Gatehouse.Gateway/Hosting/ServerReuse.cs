using System.Text.Json;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// Parts of a configuration that a new one did not change. They keep their settings object. Servers keep with it their connections, processes,
/// sessions and catalogue: a reload for one server must not end the sessions of the others. Secrets are read again for kept objects too, since the
/// address they go to is the same.
/// </summary>
internal static class ServerReuse
{
    public static GatewaySettings Keep(GatewaySettings current, GatewaySettings next) => next with
    {
        Servers = Keep(current.Servers, next.Servers),
        Issuers = Keep(current.Issuers, next.Issuers),
        DecisionPoint = Keep(current.DecisionPoint, next.DecisionPoint),
        AuthorizationServer = Keep(current.AuthorizationServer, next.AuthorizationServer),
    };

    private static List<T> Keep<T>(IReadOnlyList<T> current, IReadOnlyList<T> next)
    {
        var known = current.DistinctBy(Text).ToDictionary(Text, StringComparer.Ordinal);
        return [.. next.Select(one => known.GetValueOrDefault(Text(one), one))];
    }

    private static T? Keep<T>(T? current, T? next)
        where T : class =>
        current is not null && next is not null && Text(current) == Text(next) ? current : next;

    // Settings hold references to secrets and never a secret, so they can be written out and compared.
    private static string Text<T>(T part) => JsonSerializer.Serialize(part);
}
