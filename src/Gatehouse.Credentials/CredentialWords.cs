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
        { Azure.Identity: AzureIdentityKind.Managed } => "managedIdentity",
        { Azure: not null } => "workloadIdentity",
        { Connection: not null } => "connection",
        { Credential: not null } => "value",
        _ => null,
    };

    /// <summary>Returns the name of an issued credential in the audit log.</summary>
    public static CredentialUse UseOf(HttpUpstreamSettings server) => new(KindOf(server)!)
    {
        Issuer = server.Issued?.Issuer.Issuer,
        Reference = server.Azure?.Resource,
    };

    /// <summary>Returns the name of the secret by which the gateway proves itself at an issuer.</summary>
    /// <param name="issued">The credential that is requested.</param>
    /// <param name="version">The version of the secret; null where none is known.</param>
    public static CredentialUse ClientOf(IssuedCredentialSettings issued, string? version) => new("secret")
    {
        Reference = SecretOf(issued.Client).ToString(),
        Version = version,
        Issuer = issued.Issuer.Issuer,
    };

    /// <summary>Returns the reference to the secret, key or certificate of a client.</summary>
    public static SecretReference SecretOf(IssuerClientSettings client) => (client.Secret ?? client.Key ?? client.Certificate)!;
}
