using System.Text.Json.Serialization;

namespace Gatehouse.Administration;

/// <summary>A withheld result, as administrators see it. Names are texts from outside; in <see cref="Lines"/> outside text is made visible.</summary>
public sealed record QuarantineView
{
    /// <summary>Its id. It is not a secret.</summary>
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    /// <summary>Its state: <c>kept</c>, <c>released</c>, <c>delivered</c>, <c>deleted</c> or <c>expired</c>.</summary>
    [JsonPropertyName("state")]
    public required string State { get; init; }

    /// <summary>The server's name in the configuration.</summary>
    [JsonPropertyName("server")]
    public required string Server { get; init; }

    /// <summary>The method of the call; null where the facts cannot be opened any more.</summary>
    [JsonPropertyName("method")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Method { get; init; }

    /// <summary>The name or URI of the call; null for none.</summary>
    [JsonPropertyName("target")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Target { get; init; }

    /// <summary>The person or program that called; null where the facts cannot be opened any more.</summary>
    [JsonPropertyName("caller")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Caller { get; init; }

    /// <summary>Issuer of the caller.</summary>
    [JsonPropertyName("callerIssuer")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? CallerIssuer { get; init; }

    /// <summary>Ids of the findings for which it is withheld, each once.</summary>
    [JsonPropertyName("findings")]
    public IReadOnlyList<string> Findings { get; init => field = value ?? []; } = [];

    /// <summary>The moment when it was withheld.</summary>
    [JsonPropertyName("at")]
    public DateTimeOffset At { get; init; }

    /// <summary>The end of its content; of the release, once it is released.</summary>
    [JsonPropertyName("expires")]
    public DateTimeOffset Expires { get; init; }

    /// <summary>The moment when its state changed last.</summary>
    [JsonPropertyName("changedAt")]
    public DateTimeOffset ChangedAt { get; init; }

    /// <summary>
    /// The person who released it, or who deleted it where the state is <c>deleted</c>; the account for a person at a terminal. Null for none, and
    /// where the person was erased.
    /// </summary>
    [JsonPropertyName("by")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? By { get; init; }

    /// <summary>Issuer of that person.</summary>
    [JsonPropertyName("byIssuer")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ByIssuer { get; init; }

    /// <summary>The reason in that person's words; null where none was given.</summary>
    [JsonPropertyName("reason")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }

    /// <summary>Bytes of the stored content.</summary>
    [JsonPropertyName("bytes")]
    public int Bytes { get; init; }

    /// <summary>SHA-256 of the lines joined by line feeds, as UTF-8, in hexadecimal digits; null in a list.</summary>
    [JsonPropertyName("shown")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Shown { get; init; }

    /// <summary>The call, the findings and the whole result; null in a list.</summary>
    [JsonPropertyName("lines")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Lines { get; init; }
}
