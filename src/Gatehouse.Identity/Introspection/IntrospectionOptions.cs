using Gatehouse.Identity.Bearer;

namespace Gatehouse.Identity.Introspection;

/// <summary>How an issuer is asked about opaque tokens (RFC 7662).</summary>
public sealed record IntrospectionOptions
{
    /// <summary>The endpoint; null (default) takes <c>introspection_endpoint</c> of the issuer's metadata.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>The gateway's client id at the issuer.</summary>
    public required string ClientId { get; init; }

    /// <summary>Gives the gateway's secret at the issuer; asked at each request, so that a changed one is taken.</summary>
    public required Func<SecretText> Secret { get; init; }

    /// <summary>
    /// How long a good answer serves, if the token does not end before: so long a token revoked at the issuer still passes. Default 30 s, 0 to 5
    /// minutes.
    /// </summary>
    public TimeSpan CacheLife { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The most answers remembered. Default 10000, 1 to 1 million.</summary>
    public int CacheEntries { get; init; } = 10_000;

    /// <summary>The longest a request may take. Default 5 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The most requests at once; further tokens are refused as if the issuer could not be reached. Default 64. A quarter is kept for
    /// tokens that were good before.
    /// </summary>
    public int MostAtOnce { get; init; } = 64;

    /// <summary>The most requests a minute about tokens that were not good before and did not turn out to be. Default 600.</summary>
    public int ProvokedPerMinute { get; init; } = 600;

    /// <summary>
    /// Percent, 1 to 100, of both bounds that peers of one address block may use for tokens that were not good before, of the requests at once that
    /// one caller may use for tokens that were, and of the remembered answers that one caller may have. Default 12.
    /// </summary>
    public Func<int> CallerShare { get; init; } = static () => 12;

    /// <summary>The largest answer read, in bytes. Default 256 KiB.</summary>
    public int MaxDocumentBytes { get; init; } = 256 * 1024;
}
