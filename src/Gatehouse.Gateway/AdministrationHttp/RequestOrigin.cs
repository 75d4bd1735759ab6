using Gatehouse.Administration;
using Gatehouse.Settings;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Gateway.AdministrationHttp;

/// <summary>The check that a request comes from a program, and not from a page of another origin in a browser.</summary>
/// <remarks>
/// The threats: a page of an attacker that rebinds its name to this address sends its own name as Host (DNS rebinding, CWE-350); a page that calls
/// across origins sends its Origin, and browsers say so in Sec-Fetch-Site as well (Fetch Metadata Request Headers §2.4). No answer has a header of
/// CORS, so that a browser hands none to a page.
/// </remarks>
internal static class RequestOrigin
{
    /// <summary>Returns why a request is not served; null for one that is.</summary>
    public static ActionRefusal? RefusalOf(HttpRequest request, AdministrationHttpSettings settings)
    {
        var host = request.Headers.Host;
        if (host.Count != 1 || !IsOwnHost(host[0], settings)) return ActionRefusal.ForeignHost;
        var origin = request.Headers.Origin;
        if (origin.Count > 1 || origin.Count == 1 && !string.Equals(origin[0], settings.Origin, StringComparison.OrdinalIgnoreCase))
            return ActionRefusal.ForeignPage;
        var site = request.Headers["Sec-Fetch-Site"];
        return site.Count > 1 || site.Count == 1 && site[0] is not ("same-origin" or "none") ? ActionRefusal.ForeignPage : null;
    }

    private static bool IsOwnHost(string? host, AdministrationHttpSettings settings)
    {
        var url = settings.PublicUrl ?? settings.Listen.Url;
        return string.Equals(host, settings.Authority, StringComparison.OrdinalIgnoreCase)
            || url.IsDefaultPort && string.Equals(host, $"{url.Host}:{url.Port}", StringComparison.OrdinalIgnoreCase);
    }
}
