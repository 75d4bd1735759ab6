using Gatehouse.Detection.Findings;

namespace Gatehouse.Detection.PersonalData;

/// <summary>
/// Addresses of IPv4 and IPv6. Loopback, unspecified, masks, multicast, networks and public resolvers say nothing of a person. Private addresses and
/// those for documentation do count: they stand for a person's machine.
/// </summary>
internal static class IpAddresses
{
    private const int LongestV6 = 45;
    private const int NearLabel = 20;

    /// <summary>Returns the hit of an IPv4 address at the beginning of a number, if there is one.</summary>
    public static PersonalHit? FindV4(ref PersonalText text, int at)
    {
        var source = text.Text;
        Span<int> octets = stackalloc int[4];
        var end = at;
        for (var i = 0; i < 4; i++)
        {
            if (i > 0 && (end >= source.Length || source[end++] != '.')) return null;
            var from = end;
            while (end < source.Length && end - from < 4 && char.IsAsciiDigit(source[end])) octets[i] = (octets[i] * 10) + source[end++] - '0';
            if (end == from || octets[i] > 255 || (end - from > 1 && source[from] == '0')) return null;
        }

        if (IsPartOfNumber(source, at, end) || text.IsOfThing(at)) return null;
        if (octets[0] is 0 or 127 or 255 || (octets[0] == octets[1] && octets[1] == octets[2] && octets[2] == octets[3])) return null;
        if (octets is [169, 254, _, _] or [_, _, 0, 0] or [8, 8, _, _] or [1, 0, 0, 1] or [9, 9, 9, _] || (end < source.Length
            && source[end] == '/' && octets[3] == 0)) return null;
        var isLabelled = text.IsLabelled(at, LabelKinds.Ip);
        if (!isLabelled && octets[0] >= 224) return null;
        // Four small numbers are a version.
        if (octets[0] != 10 && octets[0] < 20 && octets[1] < 20 && octets[2] < 20 && octets[3] < 20
            && !text.IsLabelledNear(at, LabelKinds.Ip, NearLabel)) return null;
        return new PersonalHit(PersonalKinds.IpAddress, at, end - at, isLabelled ? Confidence.High : Confidence.Medium);
    }

    /// <summary>Returns the hit of an IPv6 address around a group of hexadecimal digits, if there is one.</summary>
    public static PersonalHit? FindV6(ref PersonalText text, int at)
    {
        var source = text.Text;
        var start = at;
        while (start > text.Floor && at - start < LongestV6 && (char.IsAsciiHexDigit(source[start - 1]) || source[start - 1] == ':')) start--;
        var end = at;
        while (end < source.Length && end - start < LongestV6 && (char.IsAsciiHexDigit(source[end]) || source[end] == ':')) end++;
        if (end - start > 2 && source[end - 1] == ':' && source[end - 2] != ':') end--;
        if (end < source.Length && char.IsAsciiLetterOrDigit(source[end])) return null;
        if (start > 0 && (char.IsAsciiLetterOrDigit(source[start - 1]) || source[start - 1] is '_' or '.')) return null;
        return IsV6(source[start..end]) ? new PersonalHit(PersonalKinds.IpAddress, start, end - start, Confidence.High) : null;
    }

    private static bool IsV6(ReadOnlySpan<char> value)
    {
        // Shorter beginnings are names of languages with double colons, and loopback.
        var first = value.IndexOf(':');
        if (first < 3 || value[..first].IndexOfAnyExcept('0') < 0) return false;
        int groups = 0, gaps = 0, length = 0;
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] != ':')
            {
                if (++length > 4) return false;
                if (length == 1) groups++;
                continue;
            }

            if (length == 0) gaps++;
            length = 0;
        }

        return gaps == 0 ? groups == 8 && length > 0 : gaps == (value[^1] == ':' ? 2 : 1) && groups is >= 2 and < 8
            && value.ContainsAnyInRange('0', '9');
    }

    private static bool IsPartOfNumber(ReadOnlySpan<char> source, int at, int end) =>
        (at > 0 && (source[at - 1] is '.' or '_' or '^' or '~' || (source[at - 1] is '-' or '/' && at > 1
            && char.IsAsciiLetterOrDigit(source[at - 2]))
            || (source[at - 1] == '=' && at > 1 && source[at - 2] is '=' or '>' or '<')))
        || (end < source.Length && (char.IsAsciiLetterOrDigit(source[end]) || source[end] is '_'
            || (source[end] is '.' or '-' && end + 1 < source.Length && char.IsAsciiLetterOrDigit(source[end + 1]))));
}
