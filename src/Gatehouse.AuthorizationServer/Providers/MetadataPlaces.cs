namespace Gatehouse.AuthorizationServer.Providers;

/// <summary>The addresses at which the metadata of an issuer may be, in the order in which they are tried (MCP row B04).</summary>
internal static class MetadataPlaces
{
    private const string OAuth = "/.well-known/oauth-authorization-server";
    private const string OpenId = "/.well-known/openid-configuration";

    /// <summary>
    /// Returns the addresses. Those of RFC 8414 §3.1 have the well-known part before the path of the issuer, that of OpenID Connect Discovery §4 has
    /// it behind the path.
    /// </summary>
    public static IReadOnlyList<Uri> Of(string issuer)
    {
        var uri = new Uri(issuer);
        var origin = uri.GetLeftPart(UriPartial.Authority);
        var path = uri.AbsolutePath.TrimEnd('/');
        return path.Length == 0
            ? [new Uri(origin + OAuth), new Uri(origin + OpenId)]
            : [new Uri(origin + OAuth + path), new Uri(origin + OpenId + path), new Uri(origin + path + OpenId)];
    }
}
