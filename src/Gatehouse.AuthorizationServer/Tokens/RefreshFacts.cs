using System.Collections.Immutable;

namespace Gatehouse.AuthorizationServer.Tokens;

/// <summary>The sealed facts of a refresh token.</summary>
internal sealed record RefreshFacts
{
    // A generated reader sets an absent member to null, whatever its initializer is (decision 0143).

    /// <summary>The client id.</summary>
    public required string ClientId { get; init; }

    /// <summary>The resource.</summary>
    public required string Resource { get; init; }

    /// <summary>The scopes of the grant. A narrower access token does not narrow them (RFC 6749 §6).</summary>
    public required ImmutableArray<string> Scopes { get; init; }

    /// <summary>The thumbprint of the key to which the token is bound (RFC 9449 §5); null for none.</summary>
    public string? KeyThumbprint { get; init; }

    /// <summary>The opaque access tokens of the grant that are in force.</summary>
    public ImmutableArray<EarlierToken> Earlier { get; init => field = value.IsDefault ? [] : value; } = [];
}
