namespace Gatehouse.Settings;

/// <summary>An OpenID Connect provider whose access tokens (JWT, RFC 9068) are accepted.</summary>
public sealed record IssuerSettings
{
    /// <summary>The issuer, exactly as in its metadata and tokens.</summary>
    public required string Issuer { get; init; }

    /// <summary>What its tokens look like. Default strict.</summary>
    public IssuerProfileName Profile { get; init; }

    /// <summary>Entra: tenants allowed where the issuer stands for many. Default none.</summary>
    public IReadOnlyList<string> Tenants { get; init; } = [];

    /// <summary>Address of the metadata; null where it follows from the issuer.</summary>
    public Uri? Metadata { get; init; }

    /// <summary>
    /// Hosts beside its own that its metadata may name at addresses that are not public, such as an internal one that has the keys.
    /// Default none: what metadata name elsewhere must be public and https.
    /// </summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>AD FS: <c>iss</c> of access tokens; null for the usual one.</summary>
    public string? TokenIssuer { get; init; }

    /// <summary>Claim that names the subject; null for that of the profile.</summary>
    public string? SubjectClaim { get; init; }

    /// <summary>From a scope to those it means too. Default none.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> ScopeImplies { get; init; } =
        new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);

    /// <summary>How it is asked about opaque tokens; null where it issues none.</summary>
    public IntrospectionSettings? Introspection { get; init; }

    /// <summary>Accepted algorithms. Default ES256, ES384, PS256, RS256.</summary>
    public IReadOnlyList<string> Algorithms { get; init; } = ["ES256", "ES384", "PS256", "RS256"];

    /// <summary>True accepts <c>typ: JWT</c> or none besides <c>at+jwt</c>, for providers that predate RFC 9068. Default false.</summary>
    public bool AcceptUntypedTokens { get; init; }

    /// <summary>Difference of clocks that is forgiven. Default 60 s, at most 300 s.</summary>
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long the last good keys serve while the issuer cannot be reached. Default 24 h.</summary>
    public TimeSpan StaleKeys { get; init; } = TimeSpan.FromHours(24);
}

/// <summary>What the tokens of an issuer look like.</summary>
public enum IssuerProfileName
{
    /// <summary>RFC 9068. The default.</summary>
    Strict,

    /// <summary>Microsoft Entra ID, versions 1.0 and 2.0.</summary>
    Entra,

    /// <summary>Active Directory Federation Services.</summary>
    AdFs,
}
