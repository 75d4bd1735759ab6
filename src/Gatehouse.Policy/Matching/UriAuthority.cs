using System.Globalization;
using System.Net;

namespace Gatehouse.Policy.Matching;

/// <summary>The authority of a URI: the spellings that are read differently, and the one address that a number means.</summary>
internal static class UriAuthority
{
    /// <summary>
    /// Returns true for userinfo, escapes, letters that a name server does not know, a port or an address in another than its usual spelling.
    /// </summary>
    public static bool IsOdd(in UriParts parts)
    {
        var authority = parts.Authority;
        if (authority.ContainsAny('@', '%', '\\') || authority.ContainsAnyExceptInRange('!', '~')) return true;
        if (authority.Contains('[')) return !IsUsualAddress(authority);
        var colon = authority.LastIndexOf(':');
        if (colon >= 0 && IsOddPort(authority[(colon + 1)..], parts)) return true;
        var host = colon < 0 ? authority : authority[..colon];
        if (host.EndsWith(".", StringComparison.Ordinal)) return true;
        if (parts.Scheme is "file" && host.Equals("localhost", StringComparison.OrdinalIgnoreCase)) return true;
        return parts.IsWeb && TryReadNumber(host, out var address) && !IsQuad(host, address);
    }

    /// <summary>
    /// Finds the IPv4 address that lenient readers see in a host of one to four numbers, decimal, octal or hexadecimal (WHATWG URL, IPv4 parser).
    /// </summary>
    public static bool TryReadNumber(ReadOnlySpan<char> host, out uint address)
    {
        address = 0;
        var rest = host;
        for (var count = 1; count <= 4; count++)
        {
            var dot = rest.IndexOf('.');
            if (!TryReadPart(dot < 0 ? rest : rest[..dot], out var part)) return false;
            if (dot < 0)
            {
                if (part >= 1L << (8 * (5 - count))) return false;
                address |= (uint)part;
                return true;
            }

            if (part > 255 || count == 4) return false;
            address |= (uint)part << (8 * (4 - count));
            rest = rest[(dot + 1)..];
        }

        return false;
    }

    /// <summary>Writes the address with its four numbers.</summary>
    public static int Write(uint address, Span<char> into)
    {
        var written = 0;
        for (var shift = 24; shift >= 0; shift -= 8)
        {
            ((address >> shift) & 255).TryFormat(into[written..], out var count, provider: CultureInfo.InvariantCulture);
            written += count;
            if (shift > 0) into[written++] = '.';
        }

        return written;
    }

    private static bool IsQuad(ReadOnlySpan<char> host, uint address)
    {
        Span<char> usual = stackalloc char[15];
        return host.SequenceEqual(usual[..Write(address, usual)]);
    }

    private static bool TryReadPart(ReadOnlySpan<char> part, out long value)
    {
        value = 0;
        if (part.IsEmpty || part.Length > 12) return false;
        if (part.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
            return part.Length == 2 || long.TryParse(part[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
        var radix = part.Length > 1 && part[0] == '0' ? 8 : 10;
        foreach (var digit in part)
        {
            if (digit is < '0' || digit >= '0' + radix) return false;
            value = (value * radix) + digit - '0';
        }

        return true;
    }

    private static bool IsOddPort(ReadOnlySpan<char> port, in UriParts parts)
    {
        if (port.IsEmpty) return !parts.Path.StartsWith("//", StringComparison.Ordinal); // an address after the scheme: fetch://https://host
        if (port.ContainsAnyExceptInRange('0', '9')) return false;
        return port[0] == '0' || parts.Scheme switch
        {
            "http" or "ws" => port is "80",
            "https" or "wss" => port is "443",
            "ftp" => port is "21",
            _ => false,
        };
    }

    private static bool IsUsualAddress(ReadOnlySpan<char> authority)
    {
        var end = authority.IndexOf(']');
        if (end < 0 || authority[0] != '[' || authority[1..end].Contains('.') || !IPAddress.TryParse(authority[1..end], out var address))
            return false;
        return authority[1..end].SequenceEqual(address.ToString());
    }
}
