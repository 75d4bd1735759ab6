using System.Text.Json.Serialization;

namespace Gatehouse.AuthorizationServer.Tokens;

/// <summary>
/// The claims of an access token (RFC 9068 §2.2). They are the payload of a JWT, the sealed facts of an opaque token, and the answer of
/// introspection.
/// </summary>
internal sealed record AccessFacts
{
    /// <summary>True in an answer of introspection (RFC 7662 §2.2).</summary>
    [JsonPropertyName("active")]
    public bool? Active { get; init; }

    /// <summary>The type of token, only in an answer of introspection.</summary>
    [JsonPropertyName("token_type")]
    public string? TokenType { get; init; }

    /// <summary>The issuer.</summary>
    [JsonPropertyName("iss")]
    public required string Issuer { get; init; }

    /// <summary>The person.</summary>
    [JsonPropertyName("sub")]
    public required string Subject { get; init; }

    /// <summary>The resource.</summary>
    [JsonPropertyName("aud")]
    public required string Resource { get; init; }

    /// <summary>The client.</summary>
    [JsonPropertyName("client_id")]
    public required string ClientId { get; init; }

    /// <summary>The scopes, separated by spaces.</summary>
    [JsonPropertyName("scope")]
    public required string Scope { get; init; }

    /// <summary>Identifier of the token.</summary>
    [JsonPropertyName("jti")]
    public required string TokenId { get; init; }

    /// <summary>The moment when the token was made, in seconds.</summary>
    [JsonPropertyName("iat")]
    public required long IssuedAt { get; init; }

    /// <summary>The moment when the token is over, in seconds.</summary>
    [JsonPropertyName("exp")]
    public required long ExpiresAt { get; init; }

    /// <summary>Identifier of the grant.</summary>
    [JsonPropertyName("sid")]
    public required string GrantId { get; init; }

    /// <summary>Roles of the person; null for none.</summary>
    [JsonPropertyName("roles")]
    public IReadOnlyList<string>? Roles { get; init; }

    /// <summary>Groups of the person; null for none.</summary>
    [JsonPropertyName("groups")]
    public IReadOnlyList<string>? Groups { get; init; }

    /// <summary>True when the person has groups that the token does not carry; null otherwise.</summary>
    [JsonPropertyName("hasgroups")]
    public bool? HasMoreGroups { get; init; }

    /// <summary>The level of authentication; null when the provider names none.</summary>
    [JsonPropertyName("acr")]
    public string? AuthenticationContext { get; init; }

    /// <summary>The means of authentication; null for none.</summary>
    [JsonPropertyName("amr")]
    public IReadOnlyList<string>? AuthenticationMethods { get; init; }

    /// <summary>The moment when the person authenticated, in seconds; null when the provider does not say.</summary>
    [JsonPropertyName("auth_time")]
    public long? AuthenticatedAt { get; init; }

    /// <summary>The binding to a key; null for a bearer token.</summary>
    [JsonPropertyName("cnf")]
    public KeyConfirmation? Confirmation { get; init; }

    /// <summary>Returns the scheme under which the token is sent.</summary>
    [JsonIgnore]
    public string Scheme => Confirmation is null ? "Bearer" : "DPoP";
}
