namespace Gatehouse.Policy;

/// <summary>
/// URIs that servers read differently. Against a pattern such a URI is undecidable: no permit by pattern covers it, every
/// forbid by pattern of the same scheme does. A rule that writes the URI in full is not concerned.
/// </summary>
/// <remarks>
/// Threat: a resource forgotten while tools are protected (CWE-22, CWE-177): dot segments, encoded dots, slashes and
/// backslashes, an upper-case scheme. RFC 3986 §5.2.4, §6.2.2. An ordinary <c>%20</c> is no hazard.
/// </remarks>
internal static class UriHazard
{
    public static bool IsIn(ReadOnlySpan<char> uri)
    {
        if (uri.Length > UriPattern.LongestUri || uri.IndexOfAny('\\', '\0') >= 0) return true;
        if (uri.IndexOf("..", StringComparison.Ordinal) >= 0 || uri.IndexOf("/./", StringComparison.Ordinal) >= 0 || uri.EndsWith("/.", StringComparison.Ordinal)) return true;
        return HasUpperScheme(uri) || HasEncodedSeparator(uri);
    }

    /// <summary>True when the pattern could be about URIs of this one's scheme.</summary>
    public static bool SharesScheme(string patternPrefix, ReadOnlySpan<char> uri)
    {
        var end = patternPrefix.IndexOf(':', StringComparison.Ordinal);
        return end < 0 || (uri.Length > end && uri[end] == ':' && uri[..end].Equals(patternPrefix.AsSpan(0, end), StringComparison.OrdinalIgnoreCase));
    }

    private static bool HasUpperScheme(ReadOnlySpan<char> uri)
    {
        var end = uri.IndexOf(':');
        return end > 0 && uri[..end].ContainsAnyInRange('A', 'Z');
    }

    private static bool HasEncodedSeparator(ReadOnlySpan<char> uri)
    {
        for (var at = uri.IndexOf('%'); at >= 0;)
        {
            if (at + 2 >= uri.Length || !IsHarmless(uri[at + 1], uri[at + 2])) return true;
            var next = uri[(at + 3)..].IndexOf('%');
            at = next < 0 ? -1 : at + 3 + next;
        }

        return false;
    }

    // %00, %25 (encoded twice), %2e, %2f, %5c, and anything that is no encoding.
    private static bool IsHarmless(char first, char second)
    {
        if (!char.IsAsciiHexDigit(first) || !char.IsAsciiHexDigit(second)) return false;
        var value = Convert.ToInt32(string.Create(2, (first, second), static (span, pair) => (span[0], span[1]) = pair), 16);
        return value is not (0x00 or 0x25 or 0x2E or 0x2F or 0x5C);
    }
}
