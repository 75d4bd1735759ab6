using System.Collections.Immutable;
using Gatehouse.Identity.Tokens;

namespace Gatehouse.Identity.Development;

/// <summary>The content of a development token.</summary>
public sealed record DevelopmentGrant
{
    /// <summary>The subject (<c>sub</c>).</summary>
    public required string Subject { get; init; }

    /// <summary>The resource that the token is for (<c>aud</c>).</summary>
    public required string Audience { get; init; }

    /// <summary>The client (<c>client_id</c>).</summary>
    public string ClientId { get; init; } = "gatehouse-dev";

    /// <summary>The scopes granted; empty leaves the claim out.</summary>
    public ImmutableArray<string> Scopes { get; init; } = [];

    /// <summary>The subject's groups; empty leaves the claim out.</summary>
    public ImmutableArray<string> Groups { get; init; } = [];

    /// <summary>The subject's roles; empty leaves the claim out.</summary>
    public ImmutableArray<string> Roles { get; init; } = [];

    /// <summary>The login session (<c>sid</c>); null leaves the claim out.</summary>
    public string? SessionId { get; init; }

    /// <summary>The binding of the token to its sender (<c>cnf</c>); null for a plain bearer token.</summary>
    public TokenBinding? Binding { get; init; }

    /// <summary>The lifetime of the token: 1 second to <see cref="DevelopmentIssuer.MaxLifetime"/>. Default 1 hour.</summary>
    public TimeSpan Lifetime { get; init; } = DevelopmentIssuer.MaxLifetime;
}
