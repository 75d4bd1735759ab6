using System.Text.Json.Serialization;

namespace Gatehouse.Administration;

/// <summary>A credential of a server as administrators see it, never its value.</summary>
public sealed record CredentialView(
    [property: JsonPropertyName("server")] string Server,
    [property: JsonPropertyName("kind")] string Kind,
    [property: JsonPropertyName("source")] string Source,
    [property: JsonPropertyName("issuer")] string? Issuer,
    [property: JsonPropertyName("subject")] string? Subject,
    [property: JsonPropertyName("client")] string? Client,
    [property: JsonPropertyName("since")] DateTimeOffset? Since,
    [property: JsonPropertyName("until")] DateTimeOffset? Until,
    [property: JsonPropertyName("scopes")] string? Scopes,
    [property: JsonPropertyName("fault")] string? Fault);
