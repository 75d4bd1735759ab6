using System.Net;

namespace Gatehouse.Configuration.Reading;

/// <summary>A reader of URLs and their targets. It never quotes them: a URL may carry a password or a key.</summary>
internal static class UrlText
{
    /// <summary>Returns the URL, or its fault.</summary>
    public static Uri? Read(string text, out string fault)
    {
        fault = Fault(text);
        return fault.Length == 0 ? new Uri(text) : null;
    }

    /// <summary>Returns true for <c>localhost</c> and the addresses of loopback. A name that merely resolves to one is not.</summary>
    public static bool IsLoopback(Uri url)
    {
        if (string.Equals(url.Host, "localhost", StringComparison.OrdinalIgnoreCase)) return true;
        return Address(url) is { } address && IPAddress.IsLoopback(address);
    }

    /// <summary>Returns true for https anywhere and http on loopback: nothing is sent in clear off loopback (ST-03).</summary>
    public static bool IsProtected(Uri url) => url.Scheme == Uri.UriSchemeHttps || IsLoopback(url);

    /// <summary>Returns the address that a URL names, or null when it has a name.</summary>
    public static IPAddress? Address(Uri url) =>
        url.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6 ? IPAddress.Parse(url.DnsSafeHost) : null;

    /// <summary>Returns true when there is nothing after host and port.</summary>
    public static bool IsOrigin(Uri url) => url.PathAndQuery == "/" && url.Fragment.Length == 0;

    /// <summary>Returns the URL for <c>config show</c>: a query may hold a key, so it is not shown.</summary>
    public static string Shown(Uri url) => url.Query.Length == 0 ? url.OriginalString : $"{url.GetLeftPart(UriPartial.Path)}?(hidden)";

    private static string Fault(string text)
    {
        // The parser mends backslashes and spaces; other readers of the same text do not.
        if (text.AsSpan().IndexOfAnyExceptInRange('!', '~') >= 0 || text.Contains('\\', StringComparison.Ordinal))
            return "the URL holds a space, a backslash or a character that is not ASCII";
        if (!text.StartsWith("http://", StringComparison.OrdinalIgnoreCase) && !text.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
            return "the URL does not begin with https:// or http://";
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Host.Length == 0) return "this is not a URL";
        if (url.UserInfo.Length > 0 || text.Contains('@', StringComparison.Ordinal) && Authority(text).Contains('@', StringComparison.Ordinal))
            return "the URL holds a user name or a password";
        return text.Contains('#', StringComparison.Ordinal) ? "the URL holds a fragment (#)" : "";
    }

    private static string Authority(string text)
    {
        var rest = text[(text.IndexOf("//", StringComparison.Ordinal) + 2)..];
        var end = rest.AsSpan().IndexOfAny('/', '?', '#');
        return end < 0 ? rest : rest[..end];
    }
}
