using System.Collections.Frozen;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Gatehouse.Integrity.Patterns;

namespace Gatehouse.Integrity.Schema.Keywords;

/// <summary>The formats that can be asserted. Others stay annotations wherever they occur; the reference page lists them.</summary>
internal static class Formats
{
    /// <summary>Most states of a grammar, and of a pattern that is a value of format <c>regex</c>.</summary>
    public const int MaxStates = 5_000;

    // Grammars as patterns of this room's own engine: linear, the same everywhere.
    private static readonly LinearPattern Date = Grammar("^(\\d{4})-(\\d{2})-(\\d{2})$");
    private static readonly LinearPattern Time = Grammar("^([01]\\d|2[0-3]):[0-5]\\d:([0-5]\\d|60)(\\.\\d+)?([zZ]|[+-]([01]\\d|2[0-3]):[0-5]\\d)$");
    private static readonly LinearPattern Duration =
        Grammar("^P(\\d+W|(?=[\\dT])((\\d+Y(\\d+M(\\d+D)?)?|\\d+M(\\d+D)?|\\d+D)?(T(?=\\d)(\\d+H(\\d+M(\\d+S)?)?|\\d+M(\\d+S)?|\\d+S))?))$");
    private static readonly LinearPattern Uuid = Grammar("^[\\da-fA-F]{8}-([\\da-fA-F]{4}-){3}[\\da-fA-F]{12}$");
    private static readonly LinearPattern Pointer = Grammar("^(/([^~/]|~[01])*)*$");
    private static readonly LinearPattern RelativePointer = Grammar("^(0|[1-9]\\d*)(#|(/([^~/]|~[01])*)*)$");
    private static readonly LinearPattern Hostname =
        Grammar("^[a-zA-Z\\d]([a-zA-Z\\d-]{0,61}[a-zA-Z\\d])?(\\.[a-zA-Z\\d]([a-zA-Z\\d-]{0,61}[a-zA-Z\\d])?)*$");
    private static readonly LinearPattern Ipv4 = Grammar("^((25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(\\.(?=\\d)|$)){4}$");
    private static readonly LinearPattern Mailbox =
        Grammar("^([\\w!#$%&'*+/=?^`{|}~-]+(\\.[\\w!#$%&'*+/=?^`{|}~-]+)*|\"([^\"\\\\\\r\\n]|\\\\.)+\")$");
    private static readonly LinearPattern UriReference =
        Grammar("^([\\w.~!$&'()*+,;=:@/?\\[\\]-]|%[\\da-fA-F]{2})*(#([\\w.~!$&'()*+,;=:@/?-]|%[\\da-fA-F]{2})*)?$");
    private static readonly LinearPattern Scheme = Grammar("^[a-zA-Z][a-zA-Z\\d+.-]*:");

    private static readonly FrozenDictionary<string, Func<string, bool>> All = new Dictionary<string, Func<string, bool>>(StringComparer.Ordinal)
    {
        ["date"] = IsDate,
        ["time"] = IsTime,
        ["date-time"] = text => text.Length > 11 && text[10] is 'T' or 't' && IsDate(text[..10]) && IsTime(text[11..]),
        ["duration"] = text => text.Length > 1 && Holds(Duration, text),
        ["uuid"] = text => Holds(Uuid, text),
        ["json-pointer"] = text => Holds(Pointer, text),
        ["relative-json-pointer"] = text => Holds(RelativePointer, text),
        ["hostname"] = IsHostname,
        ["ipv4"] = text => Holds(Ipv4, text),
        ["ipv6"] = IsIpv6,
        ["email"] = IsEmail,
        ["uri"] = text => Holds(Scheme, text) && IsUriReference(text),
        ["uri-reference"] = IsUriReference,
        ["regex"] = IsRegex,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Finds the check of a format, or null.</summary>
    public static Func<string, bool>? Find(string format) => All.GetValueOrDefault(format);

    private static LinearPattern Grammar(string pattern) => LinearPattern.Compile(pattern, MaxStates);

    private static bool Holds(LinearPattern grammar, string text)
    {
        var work = 4_096 + (64L * text.Length);
        return grammar.Matches(text, ref work);
    }

    // RFC 3339 section 5.6 full-date.
    private static bool IsDate(string text) =>
        Holds(Date, text) && (text.StartsWith("0000", StringComparison.Ordinal)
            ? DateOnly.TryParseExact("2000" + text[4..], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
            : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _));

    // RFC 3339 section 5.6 full-time; a leap second only where it falls on 23:59:60 UTC (section 5.7).
    private static bool IsTime(string text) => Holds(Time, text) && (text[6] != '6' || LeapMinute(text) == (23 * 60) + 59);

    private static int LeapMinute(string text)
    {
        var minutes = (Two(text, 0) * 60) + Two(text, 3);
        if (text[^1] is not ('z' or 'Z'))
            minutes -= ((Two(text, text.Length - 5) * 60) + Two(text, text.Length - 2)) * (text[^6] == '-' ? -1 : 1);
        return ((minutes % 1440) + 1440) % 1440;
    }

    private static int Two(string text, int at) => ((text[at] - '0') * 10) + text[at + 1] - '0';

    private static bool IsHostname(string text) => text.Length is > 0 and <= 253 && Holds(Hostname, text);

    private static bool IsIpv6(string text) =>
        !text.AsSpan().ContainsAny('%', '[', ']') && !text.EndsWith(' ') && IPAddress.TryParse(text, out var address)
        && address.AddressFamily == AddressFamily.InterNetworkV6
        && (!text.Contains('.', StringComparison.Ordinal) || Holds(Ipv4, text[(text.LastIndexOf(':') + 1)..]));

    private static bool IsEmail(string text)
    {
        var at = text.LastIndexOf('@');
        if (at <= 0 || !Holds(Mailbox, text[..at]))
            return false;
        var domain = text[(at + 1)..];
        if (domain is not ['[', .., ']'])
            return IsHostname(domain);
        var literal = domain[1..^1];
        return literal.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase) ? IsIpv6(literal[5..]) : Holds(Ipv4, literal);
    }

    // RFC 3986 appendix A in its characters, and brackets only around an address of the host.
    private static bool IsUriReference(string text)
    {
        if (!Holds(UriReference, text) || HasColonFirst(text))
            return false;
        var open = text.IndexOf('[', StringComparison.Ordinal);
        var close = text.IndexOf(']', StringComparison.Ordinal);
        if (open < 0 && close < 0)
            return IsAuthorityPlain(text);
        return open > 1 && close > open && text.LastIndexOf('[') == open && text.LastIndexOf(']') == close
            && text[..open].Contains("//", StringComparison.Ordinal) && IsIpv6(text[(open + 1)..close]);
    }

    // RFC 3986 section 4.2: the first segment of a relative path has no colon.
    private static bool HasColonFirst(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var end = text.AsSpan().IndexOfAny('/', '?', '#');
        return colon >= 0 && (end < 0 || colon < end) && !Holds(Scheme, text);
    }

    private static bool IsAuthorityPlain(string text)
    {
        var authority = text.IndexOf("//", StringComparison.Ordinal);
        if (authority < 0 || (authority > 0 && text[authority - 1] != ':'))
            return true;
        var rest = text[(authority + 2)..];
        var end = rest.AsSpan().IndexOfAny('/', '?', '#');
        var host = end < 0 ? rest : rest[..end];
        if (host.IndexOf('@', StringComparison.Ordinal) != host.LastIndexOf('@'))
            return false;
        var colon = host.LastIndexOf(':');
        return colon <= host.LastIndexOf('@') || !host.AsSpan(colon + 1).ContainsAnyExceptInRange('0', '9');
    }

    private static bool IsRegex(string text)
    {
        try
        {
            LinearPattern.Compile(text, MaxStates);
            return true;
        }
        catch (PatternRefused)
        {
            return false;
        }
    }
}
