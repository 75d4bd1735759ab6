namespace Gatehouse.Identity.Issuers;

/// <summary>The addresses that an issuer and its documents may have.</summary>
internal static class IssuerUri
{
    /// <summary>Returns whether a text can be an issuer identifier (RFC 8414 §2), http being for loopback only (MCP row E02).</summary>
    public static bool IsAcceptable(string? issuer) =>
        Uri.TryCreate(issuer, UriKind.Absolute, out var uri)
        && IsFetchable(uri, allowLoopbackHttp: true)
        && uri.Query.Length == 0
        && uri.Fragment.Length == 0
        && uri.UserInfo.Length == 0;

    /// <summary>Returns whether a document may be fetched from an address: https, or http on loopback where that is allowed.</summary>
    public static bool IsFetchable(Uri uri, bool allowLoopbackHttp) =>
        uri.Scheme == Uri.UriSchemeHttps || (allowLoopbackHttp && IsLoopbackHttp(uri));

    /// <summary>Returns whether an address is plain http on this machine.</summary>
    public static bool IsLoopbackHttp(Uri uri) => uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback;
}
