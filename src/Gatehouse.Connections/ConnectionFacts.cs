using System.Collections.Immutable;

namespace Gatehouse.Connections;

/// <summary>The sealed facts of a connection: tokens, and what the person agreed to.</summary>
internal sealed record ConnectionFacts
{
    /// <summary>The purpose under which they are sealed; the owner is the person with the server.</summary>
    public const string Purpose = "connection/v1";

    /// <summary>The access token.</summary>
    public required string AccessToken { get; init; }

    /// <summary>The refresh token; null where the service issued none.</summary>
    public string? RefreshToken { get; init; }

    /// <summary>When the access token expires; null where the service does not say.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The scopes that the service granted.</summary>
    public ImmutableArray<string> Scopes { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>
    /// The service, as <see cref="ConnectedService.IdentityOf"/> names it. Threat: an administrator gives the name of a service to another one, which
    /// then gets the refresh tokens of the first.
    /// </summary>
    public required string Service { get; init; }

    /// <summary>
    /// The origin of the server. Threat: an administrator gives the name of a server to another one, which then gets tokens that the person never
    /// agreed to give it.
    /// </summary>
    public required string ServerOrigin { get; init; }

    /// <summary>Nothing of it: tokens are secret.</summary>
    public override string ToString() => "facts of a connection";
}
