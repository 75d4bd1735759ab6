namespace Gatehouse.Settings;

/// <summary>Introspection of opaque tokens at an issuer (RFC 7662). The gateway authenticates as <see cref="IssuerSettings.Client"/>.</summary>
public sealed record IntrospectionSettings
{
    /// <summary>The endpoint; null for the one in the issuer's metadata.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>Time for which a good answer is valid.</summary>
    public TimeSpan CacheLife { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Most answers remembered.</summary>
    public int CacheEntries { get; init; } = 10_000;
}
