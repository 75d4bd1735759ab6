using System.Collections.Immutable;

namespace Gatehouse.Identity.Issuers;

/// <summary>The caller, as the issuer's kind of token names it.</summary>
internal sealed record CallerClaims
{
    public required string Issuer { get; init; }

    public required string Subject { get; init; }

    public string? ClientId { get; init; }

    public string? TokenId { get; init; }

    public bool IsApplication { get; init; }

    public ImmutableArray<string> Scopes { get; init; } = [];

    public ImmutableArray<string> Roles { get; init; } = [];

    public ImmutableArray<string> Groups { get; init; } = [];
}
