namespace Gatehouse.Settings;

/// <summary>
/// The gateway's own authorization server (OAuth 2.1): people sign in at an identity provider, and clients get tokens of the gateway.
/// </summary>
public sealed record AuthorizationServerSettings
{
    /// <summary>The longest life that a grant can have, 90 days.</summary>
    public static readonly TimeSpan LongestGrantLife = TimeSpan.FromDays(90);

    /// <summary>The identity providers at which people sign in. At least one; with several, the person chooses one on the consent page.</summary>
    public required IReadOnlyList<SignInProviderSettings> Providers { get; init; }

    /// <summary>Clients that an administrator registered. Default none.</summary>
    public IReadOnlyList<OAuthClientSettings> Clients { get; init; } = [];

    /// <summary>True (default) accepts clients that are known by a client id metadata document.</summary>
    public bool ClientDocuments { get; init; } = true;

    /// <summary>The hosts whose client id metadata documents are accepted (MCP row C19). Default empty: every public host.</summary>
    public IReadOnlyList<string> ClientDocumentHosts { get; init; } = [];

    /// <summary>Dynamic client registration (RFC 7591); null (default) is off.</summary>
    public ClientRegistrationSettings? Registration { get; init; }

    /// <summary>The form of access tokens. Default opaque.</summary>
    public AccessTokenFormat AccessTokens { get; init; }

    /// <summary>The life of an access token.</summary>
    public TimeSpan AccessTokenLife { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The life of a grant: the longest time from sign-in until the person must sign in again.</summary>
    public TimeSpan GrantLife { get; init; } = TimeSpan.FromDays(30);

    /// <summary>
    /// The time in which a refresh token that is used again gives the same successor, for a client that lost the answer.
    /// </summary>
    public TimeSpan RefreshGrace { get; init; } = TimeSpan.FromSeconds(10);
}
