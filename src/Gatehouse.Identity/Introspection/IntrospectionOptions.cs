using Gatehouse.Identity.Clients;

namespace Gatehouse.Identity.Introspection;

/// <summary>Settings of introspection: the requests to an issuer about opaque tokens (RFC 7662).</summary>
public sealed record IntrospectionOptions
{
    /// <summary>The endpoint; null (default) takes <c>introspection_endpoint</c> of the issuer's metadata.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>The gateway as a client of the issuer.</summary>
    public required IClientAuthenticator Client { get; init; }

    /// <summary>
    /// The time for which a good answer serves, if the token does not end before. A token that is revoked at the issuer still passes for that time.
    /// Default 30 s, 0 to 5 minutes.
    /// </summary>
    public TimeSpan CacheLife { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The most answers remembered. Default 10000, 1 to 1 million.</summary>
    public int CacheEntries { get; init; } = 10_000;

    /// <summary>The longest a request may take. Default 5 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The most requests at the same time. Further tokens are refused as if the issuer could not be reached. Default 64. A quarter is kept for tokens
    /// that were good before.
    /// </summary>
    public int MostAtOnce { get; init; } = 64;

    /// <summary>The most requests a minute about tokens that were not good before and did not turn out to be. Default 600.</summary>
    public int ProvokedPerMinute { get; init; } = 600;

    /// <summary>
    /// Percent, 1 to 100, of a caller's part: of both bounds for peers of one address block with tokens that were not good before, of the requests at
    /// the same time for one caller's tokens that were, and of the remembered answers for one caller. Default 12.
    /// </summary>
    public Func<int> CallerShare { get; init; } = static () => 12;

    /// <summary>
    /// Takes the cause of an outage when one begins, and null when it ends. An outage that begins less than a minute after the one before it is
    /// reported only if it lasts: an endpoint of which every other answer is a fault would otherwise be reported with each request.
    /// </summary>
    public Action<string?> ReportOutage { get; init; } = static _ => { };

    /// <summary>The largest answer read, in bytes. Default 256 KiB.</summary>
    public int MaxDocumentBytes { get; init; } = 256 * 1024;
}
