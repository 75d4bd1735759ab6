using System.Text.Json.Serialization;

namespace Gatehouse.Settings;

/// <summary>A credential of a server that an issuer issues when it is needed. It is kept in memory, and sent as a bearer token.</summary>
public sealed record IssuedCredentialSettings
{
    /// <summary>The way in which it is obtained.</summary>
    public required IssuedCredentialKind Kind { get; init; }

    /// <summary>The issuer that is asked. It need not be one whose tokens the gateway accepts from callers.</summary>
    public required IssuerSettings Issuer { get; init; }

    /// <summary>The gateway as a client of the issuer.</summary>
    public required IssuerClientSettings Client { get; init; }

    /// <summary>The scopes that are requested. Default none.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>The <c>audience</c> that is requested (RFC 8693 §2.1); null for none.</summary>
    public string? Audience { get; init; }

    /// <summary>The <c>resource</c> that is requested (RFC 8707); null for none.</summary>
    public string? Resource { get; init; }

    /// <summary>
    /// The authorization server of the server, where <see cref="Kind"/> is <see cref="IssuedCredentialKind.IdentityAssertion"/>; null elsewhere.
    /// </summary>
    public IssuerSettings? AuthorizationServer { get; init; }

    /// <summary>The gateway as a client of that server; null elsewhere.</summary>
    public IssuerClientSettings? ClientThere { get; init; }

    /// <summary>True where the credential is that of the person who calls, in exchange for the person's token.</summary>
    [JsonIgnore]
    public bool IsOfCaller => Kind is not IssuedCredentialKind.ClientCredentials;
}
