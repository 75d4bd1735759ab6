using System.Text.Json.Serialization;

namespace Gatehouse.Administration;

/// <summary>
/// A question to people, as those who answer see it: a call that waits for an approval, or a definition that is withheld. Names are texts from
/// outside; in <see cref="Lines"/> outside text is made visible.
/// </summary>
public sealed record ApprovalView
{
    /// <summary>Kind of a question about a call.</summary>
    public const string CallKind = "call";

    /// <summary>Kind of a request for a right.</summary>
    public const string AccessKind = "access";

    /// <summary>Kind of a question about an act of administration.</summary>
    public const string ActKind = "act";

    /// <summary>Kind of an answer that is remembered for later calls.</summary>
    public const string RememberedKind = "remembered";

    /// <summary>State of an answer that is remembered.</summary>
    public const string RememberedState = "remembered";

    /// <summary>Kind of a question about a definition that is withheld.</summary>
    public const string DefinitionKind = "definition";

    /// <summary>Its id, which an answer names. It is not a secret.</summary>
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    /// <summary>Its kind: <c>call</c>, <c>access</c>, <c>act</c>, <c>remembered</c> or <c>definition</c>.</summary>
    [JsonPropertyName("kind")]
    public required string Kind { get; init; }

    /// <summary>
    /// Its state: <c>open</c>, <c>granted</c>, <c>denied</c>, <c>spent</c>, <c>expired</c> or <c>closed</c>; <c>remembered</c> for a remembered
    /// answer.
    /// </summary>
    [JsonPropertyName("state")]
    public required string State { get; init; }

    /// <summary>The server's name in the configuration; null where the facts cannot be opened any more.</summary>
    [JsonPropertyName("server")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Server { get; init; }

    /// <summary>The method of a call, or the name of an act; null for a definition.</summary>
    [JsonPropertyName("method")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Method { get; init; }

    /// <summary>The name or URI of a call, or kind and name of a definition; null for none.</summary>
    [JsonPropertyName("target")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Target { get; init; }

    /// <summary>The person or program that calls; null for a definition.</summary>
    [JsonPropertyName("caller")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Caller { get; init; }

    /// <summary>Issuer of the caller; null for a definition.</summary>
    [JsonPropertyName("callerIssuer")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? CallerIssuer { get; init; }

    /// <summary>The client that calls; null for none.</summary>
    [JsonPropertyName("client")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Client { get; init; }

    /// <summary>The rules that ask, or the reason why a definition is withheld.</summary>
    [JsonPropertyName("rules")]
    public IReadOnlyList<string> Rules { get; init => field = value ?? []; } = [];

    /// <summary>The moment when it was asked.</summary>
    [JsonPropertyName("at")]
    public DateTimeOffset At { get; init; }

    /// <summary>The end of the question; of the grant, once it is granted. Null for a definition, which has none.</summary>
    [JsonPropertyName("expires")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? Expires { get; init; }

    /// <summary>Number of different people who must grant it, 1 or more.</summary>
    [JsonPropertyName("needed")]
    public int Needed { get; init => field = Math.Max(1, value); } = 1;

    /// <summary>Number of people who have granted it.</summary>
    [JsonPropertyName("granted")]
    public int Granted { get; init; }

    /// <summary>The moment when its state changed last; null for a definition.</summary>
    [JsonPropertyName("changedAt")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? ChangedAt { get; init; }

    /// <summary>The answers of people, the oldest first; a person has at most one.</summary>
    [JsonPropertyName("answers")]
    public IReadOnlyList<ApprovalAnswerView> Answers { get; init => field = value ?? []; } = [];

    /// <summary>Digest of the call, keyed, in hexadecimal digits; or of the definition. An answer names it.</summary>
    [JsonPropertyName("digest")]
    public string Digest { get; init => field = value ?? ""; } = "";

    /// <summary>SHA-256 of the lines joined by line feeds, as UTF-8, in hexadecimal digits; null in a list.</summary>
    [JsonPropertyName("shown")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Shown { get; init; }

    /// <summary>All that is asked, in full; null in a list.</summary>
    [JsonPropertyName("lines")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Lines { get; init; }

    /// <summary>The difference to the last approved call of this kind; null in a list, and for every other kind of question.</summary>
    [JsonPropertyName("compared")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ApprovalComparisonView? Compared { get; init; }

    /// <summary>The time for which a right is asked, in seconds; null for every other kind.</summary>
    [JsonPropertyName("lasts")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Lasts { get; init; }

    /// <summary>The assignment of Entra PIM that gives a right; null for every other kind.</summary>
    [JsonPropertyName("assignment")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Assignment { get; init; }

    /// <summary>The folder of a remembered answer, in which one value of a call may differ; null for none.</summary>
    [JsonPropertyName("folder")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Folder { get; init; }

    /// <summary>The argument whose value may differ, by its name or a JSON Pointer; null for the URI of a resource, and for none.</summary>
    [JsonPropertyName("argument")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Argument { get; init; }

    /// <summary>Number of calls that a remembered answer let pass since the gateway started; null for every other kind.</summary>
    [JsonPropertyName("uses")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Uses { get; init; }

    /// <summary>The definition; null for a call.</summary>
    [JsonPropertyName("definition")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PendingDefinition? Definition { get; init; }
}
