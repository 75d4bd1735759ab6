namespace Gatehouse.Settings;

/// <summary>
/// A third-party service that people connect (OB-05). The gateway is one client there, registered by hand. The service has either an issuer, whose
/// metadata names its endpoints, or endpoints that are written.
/// </summary>
public sealed record ConnectionProviderSettings
{
    /// <summary>Name of the service: the last part of its redirect address, and of <c>servers.*.credential.connection.provider</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The name that people read. Default: the name.</summary>
    public string? DisplayName { get; init; }

    /// <summary>The issuer, exactly as in its metadata; null where the endpoints are written.</summary>
    public string? Issuer { get; init; }

    /// <summary>The authorization endpoint; null where the metadata name it.</summary>
    public Uri? AuthorizationEndpoint { get; init; }

    /// <summary>The token endpoint; null where the metadata name it.</summary>
    public Uri? TokenEndpoint { get; init; }

    /// <summary>The revocation endpoint; null where the metadata name it, or where the service has none.</summary>
    public Uri? RevocationEndpoint { get; init; }

    /// <summary>The request that this endpoint takes. Default a form (RFC 7009).</summary>
    public ConnectionRevocation Revocation { get; init; }

    /// <summary>The client id of the gateway at the service.</summary>
    public required string ClientId { get; init; }

    /// <summary>Reference to the gateway's secret at the service; null for a public client.</summary>
    public SecretReference? ClientSecret { get; init; }

    /// <summary>
    /// Further parameters of the authorization request, such as <c>access_type: offline</c>, without which Google issues no refresh token. None by
    /// default.
    /// </summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>The name that people read.</summary>
    public string Title => DisplayName ?? Name;
}
