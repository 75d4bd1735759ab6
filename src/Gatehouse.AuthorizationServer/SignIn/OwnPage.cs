using Microsoft.AspNetCore.Http;

namespace Gatehouse.AuthorizationServer.SignIn;

/// <summary>Tells whether a form was sent by a page of this server.</summary>
/// <remarks>
/// Threat: a page of another site sends the form in the person's browser (CSRF, MCP row C04; login CSRF). No cookie may be set before consent, so the
/// browser's own statement decides: <c>Origin</c> is sent with every POST (Fetch §3.2), and no page can change it. Our pages have the referrer policy
/// same-origin; with no-referrer their own forms would have <c>Origin: null</c>.
/// </remarks>
internal static class OwnPage
{
    /// <summary>Returns whether the request was sent by a page of the origin.</summary>
    public static bool Sent(HttpRequest request, string origin)
    {
        var origins = request.Headers.Origin;
        if (origins.Count != 1 || !string.Equals(origins[0], origin, StringComparison.Ordinal)) return false;
        var site = request.Headers["Sec-Fetch-Site"];
        return site.Count == 0 || (site.Count == 1 && site[0] == "same-origin");
    }
}
