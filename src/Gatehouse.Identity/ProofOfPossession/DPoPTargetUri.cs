namespace Gatehouse.Identity.ProofOfPossession;

/// <summary>
/// The comparison of a proof's URL with the endpoint's: after normalisation by syntax and scheme (RFC 3986 §6.2.2, §6.2.3), without query and
/// fragment (RFC 9449 §4.3 step 9).
/// </summary>
internal static class DPoPTargetUri
{
    private const int MaxLength = 2048;

    /// <summary>Returns whether the two are one endpoint.</summary>
    /// <param name="endpoint">The endpoint as clients know it; an absolute URL of our own configuration.</param>
    /// <param name="presented">The proof's <c>htu</c>, or null when it has none.</param>
    public static bool Matches(string endpoint, string? presented)
    {
        if (presented is null || presented.Length > MaxLength)
            return false;
        if (string.Equals(endpoint, presented, StringComparison.Ordinal))
            return true;
        if (!Uri.TryCreate(presented, UriKind.Absolute, out var claimed) || claimed.UserInfo.Length > 0
            || presented.Contains('\\', StringComparison.Ordinal))
            return false;
        var expected = new Uri(endpoint);

        // Uri lowers scheme and host, drops the scheme's own port, resolves dot segments and decodes unreserved characters.
        return expected.Scheme == claimed.Scheme
            && string.Equals(expected.IdnHost, claimed.IdnHost, StringComparison.OrdinalIgnoreCase)
            && expected.Port == claimed.Port
            && string.Equals(expected.AbsolutePath, claimed.AbsolutePath, StringComparison.Ordinal);
    }
}
