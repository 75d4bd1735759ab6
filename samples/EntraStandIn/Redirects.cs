namespace EntraStandIn;

/// <summary>Compares redirect URIs.</summary>
public static class Redirects
{
    /// <summary>
    /// True for the same text. For a loopback address the port is ignored, as RFC 8252, section 7.3, demands and the page "Redirect URI restrictions"
    /// describes; scheme, host and path are compared exactly.
    /// </summary>
    public static bool Match(string registered, string requested)
    {
        if (registered == requested) return true;
        if (!Uri.TryCreate(registered, UriKind.Absolute, out var expected) || !Uri.TryCreate(requested, UriKind.Absolute, out var given)) return false;
        return expected.Host is "localhost" or "127.0.0.1" && given.Scheme == expected.Scheme && given.Host == expected.Host
            && given.PathAndQuery == expected.PathAndQuery && given.UserInfo.Length == 0 && given.Fragment.Length == 0;
    }
}
