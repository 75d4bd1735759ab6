using Gatehouse.Settings;

namespace Gatehouse.ProviderEvents;

/// <summary>
/// The closed list of the endpoints of events (ID-01), each followed by the name of an issuer. Each is open to strangers and has rates and bounds of
/// its own.
/// </summary>
internal static class EventRoutes
{
    /// <summary>The prefix of all.</summary>
    public const string Prefix = "/events/";

    /// <summary>The endpoint to which a transmitter pushes events (RFC 8935).</summary>
    public const string Push = "/events/push/";

    /// <summary>The endpoint to which a provider sends logout tokens (OpenID Connect Back-Channel Logout 1.0).</summary>
    public const string Logout = "/events/logout/";

    /// <summary>Every route. All answer POST only.</summary>
    public static IReadOnlyList<string> All { get; } = [Push, Logout];

    /// <summary>Returns whether a configuration serves these endpoints.</summary>
    public static bool AreServed(GatewaySettings settings)
    {
        foreach (var issuer in settings.Issuers)
        {
            if (issuer.Events is { PushToken: not null } or { Logout: true }) return true;
        }

        return false;
    }
}
