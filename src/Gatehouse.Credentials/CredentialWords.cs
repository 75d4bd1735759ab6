using Gatehouse.Audit;
using Gatehouse.Settings;

namespace Gatehouse.Credentials;

/// <summary>The kinds of credentials in the words of the configuration.</summary>
internal static class CredentialWords
{
    /// <summary>Returns the key of the kind of a server's credential; null where it has none.</summary>
    public static string? KindOf(HttpUpstreamSettings server) => server switch
    {
        { Issued.Kind: IssuedCredentialKind.ClientCredentials } => "clientCredentials",
        { Issued.Kind: IssuedCredentialKind.TokenExchange } => "tokenExchange",
        { Issued.Kind: IssuedCredentialKind.OnBehalfOf } => "onBehalfOf",
        { Issued.Kind: IssuedCredentialKind.IdentityAssertion } => "identityAssertion",
        { Azure.Identity: AzureIdentityKind.Managed } => "managedIdentity",
        { Azure: not null } => "workloadIdentity",
        { Connection: not null } => "connection",
        { Credential: not null } => "value",
        _ => null,
    };

    /// <summary>Returns the name of an issued credential in the audit log.</summary>
    public static CredentialUse UseOf(HttpUpstreamSettings server) => new(KindOf(server)!)
    {
        Issuer = (server.Issued?.AuthorizationServer ?? server.Issued?.Issuer)?.Issuer,
        Reference = server.Azure?.Resource,
    };

    /// <summary>Returns the reference to the secret, key or certificate of a client; null for a client without one.</summary>
    public static SecretReference? SecretOf(IssuerClientSettings client) => client.Secret ?? client.Key ?? client.Certificate;
}
