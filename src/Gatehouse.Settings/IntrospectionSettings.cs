namespace Gatehouse.Settings;

/// <summary>How an issuer is asked about opaque tokens (RFC 7662).</summary>
public sealed record IntrospectionSettings
{
    /// <summary>The endpoint; null for that of the issuer's metadata.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>The gateway's client id at the issuer.</summary>
    public required string Client { get; init; }

    /// <summary>Where the gateway's secret at the issuer is found.</summary>
    public required SecretReference Secret { get; init; }

    /// <summary>How long a good answer serves. Default 30 s.</summary>
    public TimeSpan CacheLife { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Most answers remembered. Default 10000.</summary>
    public int CacheEntries { get; init; } = 10_000;
}
