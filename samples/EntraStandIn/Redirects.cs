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
        if (!Uri.TryCreate(registered, UriKind.Absolute, out var expected) || expected.Host is not ("localhost" or "127.0.0.1")) return false;
        if (!Uri.TryCreate(requested, UriKind.Absolute, out var given)) return false;
        // Texts are compared: a parsed path would take "/a/../b" for "/b".
        var path = registered[(registered.IndexOf(expected.Authority, StringComparison.Ordinal) + expected.Authority.Length)..];
        var wanted = $"{expected.Scheme}://{expected.Host}:{given.Port}{path}";
        return requested == wanted || (path.Length == 0 && requested == wanted + "/");
    }
}
