using System.Text.Json.Serialization;

namespace Gatehouse.Administration;

/// <summary>Something that is contained, as administrators see it. Names are texts from outside.</summary>
public sealed record ContainmentView
{
    /// <summary>Its id, by which it is released. It is not a secret.</summary>
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    /// <summary>The kind: <c>server</c>, <c>tool</c>, <c>user</c>, <c>client</c> or <c>session</c>.</summary>
    [JsonPropertyName("kind")]
    public required string Kind { get; init; }

    /// <summary>The server, also of a tool; the user or client at its issuer; or the id of the session.</summary>
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    /// <summary>The tool; null for the other kinds.</summary>
    [JsonPropertyName("tool")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Tool { get; init; }

    /// <summary>Issuer of a user or client; null for the other kinds.</summary>
    [JsonPropertyName("issuer")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Issuer { get; init; }

    /// <summary>The moment when it was made.</summary>
    [JsonPropertyName("at")]
    public DateTimeOffset At { get; init; }

    /// <summary>The person who made it, or the number of the account for a person at a terminal.</summary>
    [JsonPropertyName("by")]
    public required string By { get; init; }

    /// <summary>Issuer of the person who made it; null for a person at a terminal.</summary>
    [JsonPropertyName("byIssuer")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ByIssuer { get; init; }

    /// <summary>The reason in the person's words.</summary>
    [JsonPropertyName("reason")]
    public required string Reason { get; init; }

    /// <summary>True when it is released and still holds, because the audit log could not take the entry yet.</summary>
    [JsonPropertyName("waitsForEntry")]
    public bool WaitsForEntry { get; init; }
}
