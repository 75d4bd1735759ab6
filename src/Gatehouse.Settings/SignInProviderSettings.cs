namespace Gatehouse.Settings;

/// <summary>An identity provider at which people sign in. The gateway is one client there, registered by hand.</summary>
public sealed record SignInProviderSettings
{
    /// <summary>Name of the provider: the first part of its people's subjects, and the choice on the consent page.</summary>
    public required string Name { get; init; }

    /// <summary>The name that people read. Default: the host of the issuer.</summary>
    public string? DisplayName { get; init; }

    /// <summary>The issuer, exactly as in its metadata.</summary>
    public required string Issuer { get; init; }

    /// <summary>Profile of its tokens. Default strict: any OpenID Connect provider.</summary>
    public IssuerProfileName Profile { get; init; }

    /// <summary>Address of the metadata; null when it follows from the issuer.</summary>
    public Uri? Metadata { get; init; }

    /// <summary>Further hosts that its metadata may name although their addresses are not public. Default none.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>The gateway's client id at the provider.</summary>
    public required string ClientId { get; init; }

    /// <summary>Reference to the gateway's secret at the provider; null for a public client.</summary>
    public SecretReference? ClientSecret { get; init; }

    /// <summary>Scopes requested from the provider. Default <c>openid profile</c>.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = ["openid", "profile"];

    /// <summary>
    /// The audience of the provider's access token, where that is a JWT for the gateway (Entra: the application id). Its scopes (<c>scp</c>) and
    /// roles are then carried over, and what it does not have is not granted. Null: roles and groups are read from the ID token.
    /// </summary>
    public string? Audience { get; init; }
}
