namespace Gatehouse.Identity.Tokens;

/// <summary>The comparison of audiences: exact, except that scheme and host of an http(s) URL are compared without case.</summary>
/// <remarks>
/// RFC 8725 §3.9 and MCP row A20. Path, query and port are compared character by character and nothing is normalised:
/// <c>https://host</c> and <c>https://host/</c> are two audiences, so are <c>/mcp</c> and <c>/MCP</c>.
/// Threat: a loose comparison accepts the token of a sibling resource.
/// </remarks>
public static class ResourceAudience
{
    /// <summary>Returns whether the audience that a token names is the one expected.</summary>
    public static bool Matches(string expected, string presented)
    {
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(presented);
        if (string.Equals(expected, presented, StringComparison.Ordinal))
            return true;
        var origin = OriginLength(expected);
        return origin > 0
            && origin == OriginLength(presented)
            && expected.AsSpan(0, origin).Equals(presented.AsSpan(0, origin), StringComparison.OrdinalIgnoreCase)
            && expected.AsSpan(origin).SequenceEqual(presented.AsSpan(origin));
    }

    /// <summary>
    /// Returns the length of scheme and authority of an http(s) URL. It is 0 for anything else or with user information, whose case counts.
    /// </summary>
    private static int OriginLength(string value)
    {
        var scheme = SchemeLength(value);
        if (scheme == 0)
            return 0;
        var rest = value.AsSpan(scheme);
        var end = rest.IndexOfAny('/', '?', '#');
        var authority = end < 0 ? rest : rest[..end];
        return authority.IsEmpty || authority.Contains('@') ? 0 : scheme + authority.Length;
    }

    private static int SchemeLength(string value)
    {
        if (value.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
            return "https://".Length;
        return value.StartsWith("http://", StringComparison.OrdinalIgnoreCase) ? "http://".Length : 0;
    }
}
