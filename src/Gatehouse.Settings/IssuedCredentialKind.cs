namespace Gatehouse.Settings;

/// <summary>The ways in which the gateway obtains a token for a server.</summary>
public enum IssuedCredentialKind
{
    /// <summary>For the gateway itself (RFC 6749 §4.4).</summary>
    ClientCredentials,

    /// <summary>For the person who calls, in exchange for the person's token (RFC 8693).</summary>
    TokenExchange,

    /// <summary>For the person who calls, by Entra ("OAuth 2.0 On-Behalf-Of flow", learn.microsoft.com).</summary>
    OnBehalfOf,

    /// <summary>
    /// For the person who calls, by an identity assertion of the person's provider for the server's own authorization server ("ID-JAG",
    /// draft-ietf-oauth-identity-assertion-authz-grant).
    /// </summary>
    IdentityAssertion,
}
