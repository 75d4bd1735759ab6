namespace Gatehouse.Identity.Issuers;

/// <summary>The values of the <c>typ</c> header that make a token an access token. A missing <c>typ</c> never does.</summary>
public enum AccessTokenTypes
{
    /// <summary><c>at+jwt</c> or <c>application/at+jwt</c> only (RFC 9068 §2.1, §4). The default.</summary>
    Rfc9068Only,

    /// <summary>
    /// Compatibility with issuers that write <c>JWT</c>: also accepted, unless the claims show another kind of token (ID token, logout token, refresh
    /// token; RFC 8725 §3.12).
    /// </summary>
    Rfc9068OrJwt,
}
