using System.Collections.Frozen;
using System.Net;
using System.Text.RegularExpressions;

namespace Gatehouse.Pipeline.ServerRequests;

/// <summary>
/// The scan of a URL that a person is asked to open: https, a host that is displayed as what it is, and no part that signs a person in (H12; MCP
/// elicitation, URL mode). It is examined, never fetched (H13).
/// </summary>
internal static partial class UrlScan
{
    private const int LongestUrl = 2048;

    private static readonly FrozenSet<string> Credentials = new[]
    {
        "token", "accesstoken", "idtoken", "refreshtoken", "authtoken", "sessiontoken", "apikey", "key", "secret", "clientsecret", "password",
        "passwd", "pwd",
        "session", "sessionid", "sid", "jsessionid", "phpsessid", "auth", "authorization", "jwt", "bearer", "code", "ticket", "credential",
        "credentials", "otp", "assertion", "samlresponse",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Returns the reason why the URL is refused; null when it may be shown.</summary>
    /// <param name="url">The URL as the server wrote it.</param>
    /// <param name="development">True accepts http on loopback, for experiments.</param>
    public static string? Refuses(string url, bool development)
    {
        ArgumentNullException.ThrowIfNull(url);
        if (url.Length > LongestUrl || url.AsSpan().ContainsAnyExceptInRange('!', '~') || url.Contains('\\', StringComparison.Ordinal))
            return "url-not-plain";
        if (!Uri.TryCreate(url, UriKind.Absolute, out var parsed)) return "url-not-plain";
        if (!IsSecure(parsed, development)) return "url-not-https";
        if (parsed.UserInfo.Length > 0 || url.AsSpan(0, Math.Max(0, EndOfAuthority(url))).Contains('@')) return "url-with-userinfo";
        return HostFault(parsed, development) ?? QueryFault(parsed);
    }

    /// <summary>Returns scheme, host and port in the form that the person sees.</summary>
    public static string Origin(string url) => new Uri(url).GetLeftPart(UriPartial.Authority);

    private static bool IsSecure(Uri url, bool development) =>
        url.Scheme == Uri.UriSchemeHttps || (development && url.Scheme == Uri.UriSchemeHttp && url.IsLoopback);

    private static string? HostFault(Uri url, bool development)
    {
        if (development && url.IsLoopback) return null;
        var host = url.IdnHost;
        // A browser shows other letters for these than the ones in the text.
        if (host.Split('.').Any(label => label.StartsWith("xn--", StringComparison.OrdinalIgnoreCase))) return "url-host-not-ascii";
        return IPAddress.TryParse(host.Trim('[', ']'), out _) || url.IsLoopback
            || !host.Contains('.', StringComparison.Ordinal) ? "url-host-is-no-name" : null;
    }

    private static string? QueryFault(Uri url)
    {
        if (Jwt().IsMatch(url.OriginalString)) return "url-with-credential";
        foreach (var part in (url.Query + "&" + url.Fragment).Split(['?', '&', '#', ';'], StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            var name = Uri.UnescapeDataString(equals < 0 ? part : part[..equals]);
            if (equals >= 0 && Credentials.Contains(string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant())) return "url-with-credential";
            if (equals >= 0 && Mail().IsMatch(Uri.UnescapeDataString(part[(equals + 1)..]))) return "url-with-personal-data";
        }

        return null;
    }

    private static int EndOfAuthority(string url)
    {
        var start = url.IndexOf("//", StringComparison.Ordinal);
        if (start < 0) return 0;
        var end = url.AsSpan(start + 2).IndexOfAny('/', '?', '#');
        return end < 0 ? url.Length : start + 2 + end;
    }

    [GeneratedRegex("eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{8,}", RegexOptions.NonBacktracking)]
    private static partial Regex Jwt();

    [GeneratedRegex("[^@\\s]+@[^@\\s]+\\.[A-Za-z]{2,}", RegexOptions.NonBacktracking)]
    private static partial Regex Mail();
}
