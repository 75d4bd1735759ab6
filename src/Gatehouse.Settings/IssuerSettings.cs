namespace Gatehouse.Settings;

/// <summary>An OpenID Connect provider whose access tokens (JWT, RFC 9068) are accepted.</summary>
public sealed record IssuerSettings
{
    /// <summary>The issuer, exactly as in its metadata and tokens.</summary>
    public required string Issuer { get; init; }

    /// <summary>Name by which the rest of the configuration refers to it; null where only <see cref="Issuer"/> does.</summary>
    public string? Name { get; init; }

    /// <summary>The gateway as a client of the issuer; null where it is no client.</summary>
    public IssuerClientSettings? Client { get; init; }

    /// <summary>Profile of its tokens. Default strict.</summary>
    public IssuerProfileName Profile { get; init; }

    /// <summary>Entra: allowed tenants, when the issuer represents many. Default none.</summary>
    public IReadOnlyList<string> Tenants { get; init; } = [];

    /// <summary>Address of the metadata; null when it follows from the issuer.</summary>
    public Uri? Metadata { get; init; }

    /// <summary>
    /// Further hosts that its metadata may name although their addresses are not public, such as an internal host of the keys. Default none: an
    /// address on any other host must be public and https.
    /// </summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>AD FS: <c>iss</c> of access tokens; null for the usual value.</summary>
    public string? TokenIssuer { get; init; }

    /// <summary>Claim that names the subject; null for the claim of the profile.</summary>
    public string? SubjectClaim { get; init; }

    /// <summary>Scopes, each with the scopes that it implies. Default none.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> ScopeImplies { get; init; } =
        new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);

    /// <summary>Introspection of opaque tokens; null when the issuer issues none.</summary>
    public IntrospectionSettings? Introspection { get; init; }

    /// <summary>Entra: the connection to Microsoft Graph for rights of Privileged Identity Management; null for none.</summary>
    public EntraGraphSettings? Graph { get; init; }

    /// <summary>Its events about people; null where the gateway takes none.</summary>
    public IssuerEventsSettings? Events { get; init; }

    /// <summary>Accepted algorithms. Default ES256, ES384, PS256, RS256.</summary>
    public IReadOnlyList<string> Algorithms { get; init; } = ["ES256", "ES384", "PS256", "RS256"];

    /// <summary>True accepts <c>typ: JWT</c> or no type in addition to <c>at+jwt</c>, for providers that predate RFC 9068. Default false.</summary>
    public bool AcceptUntypedTokens { get; init; }

    /// <summary>Tolerated difference of clocks. Default 60 s, at most 300 s.</summary>
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Time for which the last good keys are used while the issuer cannot be reached. Default 24 h.</summary>
    public TimeSpan StaleKeys { get; init; } = TimeSpan.FromHours(24);
}

/// <summary>Profiles of the tokens of an issuer.</summary>
public enum IssuerProfileName
{
    /// <summary>RFC 9068. The default.</summary>
    Strict,

    /// <summary>Microsoft Entra ID, versions 1.0 and 2.0.</summary>
    Entra,

    /// <summary>Active Directory Federation Services.</summary>
    AdFs,
}
