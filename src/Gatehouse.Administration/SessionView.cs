using System.Text.Json.Serialization;

namespace Gatehouse.Administration;

/// <summary>A session as administrators see it, without the handle.</summary>
public sealed record SessionView(
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("server")] string Server,
    [property: JsonPropertyName("issuer")] string Issuer,
    [property: JsonPropertyName("subject")] string Subject,
    [property: JsonPropertyName("client")] string? Client,
    [property: JsonPropertyName("revision")] string Revision,
    [property: JsonPropertyName("created")] DateTimeOffset Created,
    [property: JsonPropertyName("lastSeen")] DateTimeOffset LastSeen,
    [property: JsonPropertyName("expires")] DateTimeOffset Expires,
    [property: JsonPropertyName("underWay")] int UnderWay);
