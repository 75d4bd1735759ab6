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
        Servers = Keep(current.Servers, next.Servers, SettingsText.Of),
        Issuers = Keep(current.Issuers, next.Issuers, SettingsText.Of),
        DecisionPoint = Keep(current.DecisionPoint, next.DecisionPoint, SettingsText.Of),
        AuthorizationServer = Keep(current.AuthorizationServer, next.AuthorizationServer, SettingsText.Of),
    };

    private static List<T> Keep<T>(IReadOnlyList<T> current, IReadOnlyList<T> next, Func<T, string> text)
    {
        var known = current.DistinctBy(text).ToDictionary(text, StringComparer.Ordinal);
        return [.. next.Select(one => known.GetValueOrDefault(text(one), one))];
    }

    private static T? Keep<T>(T? current, T? next, Func<T, string> text)
        where T : class =>
        current is not null && next is not null && text(current) == text(next) ? current : next;
}
