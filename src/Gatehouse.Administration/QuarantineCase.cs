using System.Text.Json.Serialization;

namespace Gatehouse.Administration;

/// <summary>A false alarm that a person marked: a case for <c>gatehouse detect</c>.</summary>
public sealed record QuarantineCase
{
    /// <summary>Id of the result.</summary>
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    /// <summary>The moment when it was marked.</summary>
    [JsonPropertyName("at")]
    public DateTimeOffset At { get; init; }

    /// <summary>The server's name in the configuration.</summary>
    [JsonPropertyName("server")]
    public required string Server { get; init; }

    /// <summary>The method of the call.</summary>
    [JsonPropertyName("method")]
    public required string Method { get; init; }

    /// <summary>The name or URI of the call; null for none.</summary>
    [JsonPropertyName("target")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Target { get; init; }

    /// <summary>Ids of the findings that were false, each once.</summary>
    [JsonPropertyName("findings")]
    public IReadOnlyList<string> Findings { get; init => field = value ?? []; } = [];

    /// <summary>The message, as the server sent it, on one line.</summary>
    [JsonPropertyName("message")]
    public required string Message { get; init; }
}
