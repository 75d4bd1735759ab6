using System.Text.Json.Serialization;

namespace Gatehouse.Administration;

/// <summary>One person's answer to a question, as administrators see it. Names and reasons are texts from outside.</summary>
public sealed record ApprovalAnswerView
{
    /// <summary>True for a grant, false for a denial.</summary>
    [JsonPropertyName("grants")]
    public required bool Grants { get; init; }

    /// <summary>The moment of the answer.</summary>
    [JsonPropertyName("at")]
    public required DateTimeOffset At { get; init; }

    /// <summary>The person, or the account for a person at a terminal; null where the person was erased.</summary>
    [JsonPropertyName("by")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? By { get; init; }

    /// <summary>Issuer of the person; null where the person was erased.</summary>
    [JsonPropertyName("byIssuer")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ByIssuer { get; init; }

    /// <summary>The reason in the person's words; null where none was given.</summary>
    [JsonPropertyName("reason")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }
}
