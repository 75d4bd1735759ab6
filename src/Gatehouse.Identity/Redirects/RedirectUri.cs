using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Gatehouse.Identity.Redirects;

/// <summary>
/// A redirect URI that a client may have: https, http on loopback, or a private-use scheme (RFC 8252 §7; MCP rows B19, C12, G01). Schemes are
/// an allow-list (G02): <c>javascript:</c>, <c>data:</c> and every scheme that is not known are refused.
/// </summary>
/// <remarks>
/// Threat: the gateway and the browser read one text differently, and the code goes to another host (CWE-601). The grammar is a narrow part of RFC
/// 3986 that RFC 3986 and the URL standard of browsers read alike: no backslash, white space, control or other character that browsers repair, host
/// names in ASCII, addresses in their usual form.
/// </remarks>
internal sealed record RedirectUri
{
    /// <summary>The longest redirect URI, in characters.</summary>
    public const int LongestText = 2048;

    /// <summary>
    /// Schemes of desktop programs that have no dot, although RFC 8252 §7.1 asks for one. Programs register them with the operating system.
    /// </summary>
    internal static IReadOnlyList<string> WellKnownSchemes { get; } =
        ["claude", "cursor", "raycast", "vscode", "vscode-insiders", "vscodium", "windsurf", "zed"];

    private RedirectUri(string text, string scheme, string host, int? port, string rest) =>
        (Text, Scheme, Host, Port, Rest) = (text, scheme, host, port, rest);

    /// <summary>The URI as it was given.</summary>
    public string Text { get; }

    /// <summary>The scheme, in lower case.</summary>
    public string Scheme { get; }

    /// <summary>The host as it is written, an IPv6 address in brackets; empty for a private-use scheme.</summary>
    public string Host { get; }

    /// <summary>The port; null when none is written.</summary>
    public int? Port { get; }

    /// <summary>True for a private-use scheme: a program that registered the scheme on the person's machine gets the answer.</summary>
    public bool IsPrivateUse => Host.Length == 0;

    /// <summary>True when the answer goes to a program on the person's machine by loopback. Any program there can take that place.</summary>
    public bool IsLoopback => IsLoopbackHost(Host);

    /// <summary>The place that a person reads: the host, or the private-use scheme with its colon.</summary>
    public string Place => IsPrivateUse ? Scheme + ":" : Host;

    // Path and query, or all after the colon of a private-use scheme.
    private string Rest { get; }

    /// <summary>Reads a redirect URI.</summary>
    /// <param name="text">Text of a stranger.</param>
    /// <param name="uri">The URI; null with a fault.</param>
    /// <param name="fault">Why it is not accepted.</param>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out RedirectUri? uri, out RedirectUriFault fault)
    {
        uri = null;
        fault = FaultOfText(text);
        if (fault != RedirectUriFault.None)
            return false;
        var colon = text!.IndexOf(':', StringComparison.Ordinal);
        var scheme = colon > 0 ? text[..colon] : "";
        (uri, fault) = scheme is "https" or "http" ? ParseWeb(text, scheme) : ParsePrivateUse(text, scheme);
        return uri is not null;
    }

    /// <summary>
    /// Returns whether a request may name this URI where the other is registered: equal by string, except that the port of http on loopback is free
    /// (RFC 8252 §7.3, MCP rows C07, C12), because a program gets a port from its system when it starts.
    /// </summary>
    public bool Matches(RedirectUri registered)
    {
        ArgumentNullException.ThrowIfNull(registered);
        if (string.Equals(Text, registered.Text, StringComparison.Ordinal))
            return true;
        return Scheme == "http" && registered.Scheme == "http"
            && string.Equals(Host, registered.Host, StringComparison.Ordinal) && string.Equals(Rest, registered.Rest, StringComparison.Ordinal);
    }

    /// <summary>Returns the fault in words, without any part of the URI.</summary>
    public static string Describe(RedirectUriFault fault) => fault switch
    {
        RedirectUriFault.Length => $"a redirect URI has 1 to {LongestText} characters",
        RedirectUriFault.Characters => "a redirect URI has only the characters of RFC 3986; a host name that is not ASCII is written with xn--",
        RedirectUriFault.Fragment => "a redirect URI has no fragment",
        RedirectUriFault.UserInfo => "a redirect URI has no user name or password",
        RedirectUriFault.Wildcard => "a redirect URI has no wildcard; register each one",
        RedirectUriFault.PlainHttp => "http is only for 127.0.0.1, [::1] and localhost; use https elsewhere",
        RedirectUriFault.Host => "the host of a redirect URI is a host name, or an address in its usual form",
        RedirectUriFault.Port => "the port of a redirect URI is a number from 1 to 65535",
        _ => "a redirect URI is https, http on loopback, or a private-use scheme with a dot such as com.example.app:/callback",
    };

    /// <summary>Returns whether a host, as URIs write it, is the machine of the browser itself.</summary>
    public static bool IsLoopbackHost(string host)
    {
        ArgumentNullException.ThrowIfNull(host);
        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase))
            return true;
        return IPAddress.TryParse(host.AsSpan().Trim("[]"), out var address) && IPAddress.IsLoopback(address);
    }

    /// <summary>Returns whether a text has only characters of RFC 3986 and complete percent-encodings. Brackets count as such characters.</summary>
    internal static bool HasOnlyUriCharacters(ReadOnlySpan<char> text)
    {
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] is <= ' ' or >= '\u007F' or '"' or '<' or '>' or '\\' or '^' or '`' or '{' or '|' or '}')
                return false;
            if (text[at] != '%')
                continue;
            if (at + 2 >= text.Length || !char.IsAsciiHexDigit(text[at + 1]) || !char.IsAsciiHexDigit(text[at + 2]))
                return false;
        }

        return true;
    }

    /// <summary>Returns whether a text is a host name of letters, digits and hyphens (RFC 1123 §2.1).</summary>
    internal static bool IsHostName(ReadOnlySpan<char> host)
    {
        if (host.Length is 0 or > 253)
            return false;
        foreach (var range in host.Split('.'))
        {
            var label = host[range];
            if (label.Length is 0 or > 63 || label[0] == '-' || label[^1] == '-' || !IsLetterDigitHyphen(label))
                return false;
        }

        return !EndsInNumber(host);
    }

    private static RedirectUriFault FaultOfText(string? text)
    {
        if (text is null || text.Length is 0 or > LongestText)
            return RedirectUriFault.Length;
        if (!HasOnlyUriCharacters(text))
            return RedirectUriFault.Characters;
        if (text.Contains('#', StringComparison.Ordinal))
            return RedirectUriFault.Fragment;
        return text.Contains('*', StringComparison.Ordinal) ? RedirectUriFault.Wildcard : RedirectUriFault.None;
    }

    private static (RedirectUri? Uri, RedirectUriFault Fault) ParseWeb(string text, string scheme)
    {
        if (!text.AsSpan(scheme.Length).StartsWith("://", StringComparison.Ordinal))
            return (null, RedirectUriFault.Host);
        var after = text.AsSpan(scheme.Length + 3);
        var end = after.IndexOfAny('/', '?');
        var authority = end < 0 ? after : after[..end];
        var rest = end < 0 ? "" : after[end..].ToString();
        if (authority.Contains('@'))
            return (null, RedirectUriFault.UserInfo);
        if (rest.AsSpan().IndexOfAny('[', ']') >= 0)
            return (null, RedirectUriFault.Characters);
        if (!TrySplitPort(authority, out var host, out var port))
            return (null, RedirectUriFault.Port);
        if (scheme == "http")
            return host is "127.0.0.1" or "[::1]" or "localhost" ? Parsed() : (null, RedirectUriFault.PlainHttp);
        return IsHostName(host) || IsUsualAddress(host) ? Parsed() : (null, RedirectUriFault.Host);

        (RedirectUri, RedirectUriFault) Parsed() => (new RedirectUri(text, scheme, host, port, rest), RedirectUriFault.None);
    }

    private static (RedirectUri? Uri, RedirectUriFault Fault) ParsePrivateUse(string text, string scheme)
    {
        if (!IsPrivateUseScheme(scheme))
            return (null, RedirectUriFault.Scheme);
        var rest = text.AsSpan(scheme.Length + 1);
        if (!rest.StartsWith("/"))
            return (null, RedirectUriFault.Scheme);
        if (rest.IndexOfAny('[', ']') >= 0)
            return (null, RedirectUriFault.Characters);
        if (rest.StartsWith("//") && AuthorityOf(rest[2..]).Contains('@'))
            return (null, RedirectUriFault.UserInfo);
        return (new RedirectUri(text, scheme, "", null, rest.ToString()), RedirectUriFault.None);
    }

    private static ReadOnlySpan<char> AuthorityOf(ReadOnlySpan<char> after)
    {
        var end = after.IndexOfAny('/', '?');
        return end < 0 ? after : after[..end];
    }

    /// <summary>
    /// Returns whether a scheme is private-use: a domain name of the program's maker in reverse order, so that it has a dot, which no scheme of a
    /// browser has (RFC 8252 §7.1), or one of <see cref="WellKnownSchemes"/>.
    /// </summary>
    internal static bool IsPrivateUseScheme(string scheme)
    {
        if (WellKnownSchemes.Contains(scheme, StringComparer.Ordinal))
            return true;
        if (scheme.Length is 0 or > 253 || !char.IsAsciiLetterLower(scheme[0]) || !scheme.Contains('.', StringComparison.Ordinal))
            return false;
        return scheme.Split('.').All(label => label.Length > 0 && label.All(IsSchemeCharacter));
    }

    private static bool IsSchemeCharacter(char one) => char.IsAsciiLetterLower(one) || char.IsAsciiDigit(one) || one == '-';

    private static bool TrySplitPort(ReadOnlySpan<char> authority, out string host, out int? port)
    {
        port = null;
        var colon = authority.StartsWith("[") ? authority.IndexOf("]:") + 1 : authority.IndexOf(':');
        host = colon <= 0 ? authority.ToString() : authority[..colon].ToString();
        if (colon <= 0)
            return true;
        var digits = authority[(colon + 1)..];
        if (digits.Length is 0 or > 5 || digits[0] == '0' || digits.IndexOfAnyExceptInRange('0', '9') >= 0)
            return false;
        port = int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
        return port <= ushort.MaxValue;
    }

    // Browsers read 0x7f.1, 017700000001 and 2130706433 as addresses. Only the usual form, which is read in one way, is accepted.
    private static bool IsUsualAddress(string host)
    {
        var text = host.StartsWith('[') && host.EndsWith(']') ? host[1..^1] : host;
        if (!IPAddress.TryParse(text, out var address) || text.Contains('%', StringComparison.Ordinal))
            return false;
        var isBracketed = text.Length != host.Length;
        return isBracketed == (address.AddressFamily == AddressFamily.InterNetworkV6)
            && string.Equals(address.ToString(), text, StringComparison.Ordinal);
    }

    // The "ends in a number" rule of the URL standard: browsers read such a host as an IPv4 address.
    private static bool EndsInNumber(ReadOnlySpan<char> host)
    {
        var last = host[(host.LastIndexOf('.') + 1)..];
        return last.IndexOfAnyExceptInRange('0', '9') < 0 || last.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsLetterDigitHyphen(ReadOnlySpan<char> label)
    {
        foreach (var one in label)
        {
            if (!char.IsAsciiLetterOrDigit(one) && one != '-')
                return false;
        }

        return true;
    }
}
