using Gatehouse.Settings;

namespace Gatehouse.Pipeline.Accept;

/// <summary>
/// The rule for accepted values of Host and Origin. A page of a foreign site that rebinds its name to this address sends its own name in both (DNS
/// rebinding; T01, L01).
/// </summary>
public static class HostPolicy
{
    /// <summary>Tells whether Host names publicUrl or one of the further hosts. An absent Host never does.</summary>
    public static bool IsServed(string? host, GatewaySettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (string.IsNullOrEmpty(host)) return false;
        if (SameAuthority(host, settings)) return true;
        foreach (var extra in settings.Hosts)
        {
            if (string.Equals(host, extra, StringComparison.OrdinalIgnoreCase)) return true;
        }

        return false;
    }

    /// <summary>Tells whether Origin is publicUrl's or an allowed one. <c>null</c> never is.</summary>
    public static bool IsAllowedOrigin(string? origin, GatewaySettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (string.IsNullOrEmpty(origin)) return false;
        return string.Equals(origin, settings.Origin, StringComparison.OrdinalIgnoreCase)
            || settings.AllowedOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase);
    }

    private static bool SameAuthority(string host, GatewaySettings settings)
    {
        var url = settings.PublicUrl;
        if (string.Equals(host, settings.Authority, StringComparison.OrdinalIgnoreCase)) return true;
        return url.IsDefaultPort && string.Equals(host, $"{url.Host}:{url.Port}", StringComparison.OrdinalIgnoreCase);
    }
}
