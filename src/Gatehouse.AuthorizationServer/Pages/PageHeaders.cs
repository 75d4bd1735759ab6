namespace Gatehouse.AuthorizationServer.Pages;

/// <summary>The headers of every page (MCP rows C05 and G05): nothing runs, nothing is loaded from elsewhere, no page frames it.</summary>
internal static class PageHeaders
{
    /// <summary>Returns names and values.</summary>
    /// <param name="targets">
    /// The addresses to which the answer to a form of the page redirects: Chromium applies <c>form-action</c> to redirects as well. Empty where
    /// forms come back to the gateway.
    /// </param>
    /// <exception cref="ArgumentException">A target has a host that cannot be part of a policy.</exception>
    public static IReadOnlyList<(string Name, string Value)> Of(params IEnumerable<Uri> targets) =>
    [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Security-Policy", PolicyOf(targets)),
        ("X-Frame-Options", "DENY"),
        ("X-Content-Type-Options", "nosniff"),
        // With no-referrer the Origin of a posted form would be null.
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Cache-Control", "no-store"),
    ];

    private static string PolicyOf(IEnumerable<Uri> targets) =>
        "default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
        + string.Concat(targets.Select(SourceOf).Distinct(StringComparer.Ordinal).Select(source => " " + source));

    private static string SourceOf(Uri target)
    {
        if (target.Scheme != Uri.UriSchemeHttp && target.Scheme != Uri.UriSchemeHttps) return target.Scheme + ":";
        // The grammar of a source has no address of IPv6 (CSP Level 3 §2.3.1).
        if (target.HostNameType == UriHostNameType.IPv6) return target.Scheme + ":";
        var host = target.IdnHost;
        if (!host.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' or '_'))
            throw new ArgumentException($"The host of {target.Scheme} cannot be part of a policy.", nameof(target));
        return target.IsDefaultPort ? $"{target.Scheme}://{host}" : FormattableString.Invariant($"{target.Scheme}://{host}:{target.Port}");
    }
}
