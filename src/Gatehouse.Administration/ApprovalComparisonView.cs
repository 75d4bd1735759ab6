using System.Text.Json.Serialization;

namespace Gatehouse.Administration;

/// <summary>
/// A call compared with the last one of the same caller, client, server and target that was approved. Outside text in it is escaped.
/// </summary>
public sealed record ApprovalComparisonView
{
    /// <summary>The question about the earlier call; null where there is none.</summary>
    [JsonPropertyName("id")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Id { get; init; }

    /// <summary>The moment when that was asked; null where there is none.</summary>
    [JsonPropertyName("at")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? At { get; init; }

    /// <summary>True where the definition is another one now. Then nothing else is compared.</summary>
    [JsonPropertyName("otherDefinition")]
    public bool OtherDefinition { get; init; }

    /// <summary>Number of all differences, also of those that are not listed.</summary>
    [JsonPropertyName("count")]
    public int Count { get; init; }

    /// <summary>The first differences.</summary>
    [JsonPropertyName("differences")]
    public IReadOnlyList<ComparedValueView> Differences { get; init => field = value ?? []; } = [];
}

/// <summary>A value by which two calls differ. All texts are escaped and bounded.</summary>
public sealed record ComparedValueView
{
    /// <summary>The kind of difference: <c>changed</c>, <c>added</c> or <c>removed</c>.</summary>
    [JsonPropertyName("change")]
    public required string Change { get; init; }

    /// <summary>The path of the value (RFC 9535), with the escapes of the text.</summary>
    [JsonPropertyName("path")]
    public required string Path { get; init; }

    /// <summary>The earlier value; null for none.</summary>
    [JsonPropertyName("from")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? From { get; init; }

    /// <summary>The later value; null for none.</summary>
    [JsonPropertyName("to")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? To { get; init; }
}
