using Gatehouse.Containment;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Hosting;

/// <summary>The names that a gateway knows, for containments.</summary>
internal static class KnownNames
{
    /// <summary>Returns the names of a gateway.</summary>
    public static ContainmentNames Of(GatewayHost host) => new()
    {
        Servers = () => ValueTask.FromResult<IReadOnlyList<string>>(
            [.. host.Snapshots.Current.Settings.Servers.Select(server => server.Name).Order(StringComparer.Ordinal)]),
        Tools = host.Core.Services.SeenTools.Of,
        Issuers = () => [.. host.Issuers.Known],
        Hint = (issuer, user) => HintOf(host.Snapshots.Current.Settings, issuer, user),
    };

    // A name without its provider is an easy mistake, and contains no person.
    private static string? HintOf(GatewaySettings settings, string issuer, string user) =>
        issuer == settings.Origin && settings.AuthorizationServer?.Providers is { Count: > 0 } providers
            && !providers.Any(one => user.StartsWith(one.Name + ":", StringComparison.Ordinal))
            ? $"a person who signs in at this gateway is named like {providers[0].Name}:{user}" : null;
}
