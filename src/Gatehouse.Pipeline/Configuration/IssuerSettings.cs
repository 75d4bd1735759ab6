namespace Gatehouse.Pipeline.Configuration;

/// <summary>An OpenID Connect provider whose access tokens (JWT, RFC 9068) are accepted.</summary>
public sealed record IssuerSettings
{
    /// <summary>The issuer, exactly as in its metadata and tokens.</summary>
    public required string Issuer { get; init; }

    /// <summary>Accepted algorithms. Default ES256, ES384, PS256, RS256.</summary>
    public IReadOnlyList<string> Algorithms { get; init; } = ["ES256", "ES384", "PS256", "RS256"];

    /// <summary>True accepts <c>typ: JWT</c> or none besides <c>at+jwt</c>, for providers that predate RFC 9068. Default false.</summary>
    public bool AcceptUntypedTokens { get; init; }

    /// <summary>Difference of clocks that is forgiven. Default 60 s, at most 300 s.</summary>
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long the last good keys serve while the issuer cannot be reached. Default 24 h.</summary>
    public TimeSpan StaleKeys { get; init; } = TimeSpan.FromHours(24);
}
