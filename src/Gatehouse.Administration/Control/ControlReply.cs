using System.Text.Json;
using System.Text.Json.Serialization;
using Gatehouse.Audit.Search;

namespace Gatehouse.Administration.Control;

/// <summary>One answer on the control socket.</summary>
/// <param name="Version">Version of the control format. A parameter: generated readers keep the defaults of parameters only (decision 0143).</param>
public sealed record ControlReply([property: JsonPropertyName("v")] int Version = ControlRequest.FormatVersion)
{
    /// <summary>True when the act was done.</summary>
    [JsonPropertyName("ok")]
    public required bool Ok { get; init; }

    /// <summary>The result, in a sentence.</summary>
    [JsonPropertyName("message")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Message { get; init; }

    /// <summary>
    /// More sentences about the result, each for itself, for <c>audit.erase</c>, <c>reload</c> and <c>config.rollback</c>.
    /// </summary>
    [JsonPropertyName("remarks")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Remarks { get; init; }

    /// <summary>
    /// A sentence with names from outside, for <c>lock.approve</c>. The threat: a server names a tool like a command, and the options that a proposed
    /// command gets make it look like one of Gatehouse (CWE-451). No command in it gets options.
    /// </summary>
    [JsonPropertyName("outsideRemark")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? OutsideRemark { get; init; }

    /// <summary>The remedy, when the act was refused.</summary>
    [JsonPropertyName("remedy")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Remedy { get; init; }

    /// <summary>The reason of a refusal as a word, over HTTP; absent where it has none.</summary>
    [JsonPropertyName("code")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Code { get; init; }

    /// <summary>The error code of RFC 9470, where a stronger or newer authentication is needed: <c>insufficient_user_authentication</c>.</summary>
    [JsonPropertyName("error")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Error { get; init; }

    /// <summary>With <see cref="Error"/>: the contexts or methods of which one is needed, separated by spaces.</summary>
    [JsonPropertyName("acr_values")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? AcrValues { get; init; }

    /// <summary>With <see cref="Error"/>: the longest time in seconds since the authentication.</summary>
    [JsonPropertyName("max_age")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MaxAge { get; init; }

    /// <summary>Faults of a configuration that was not put in force.</summary>
    [JsonPropertyName("faults")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Faults { get; init; }

    /// <summary>The result of an act of <see cref="Acts.ActTable"/>, in the form of its row.</summary>
    [JsonPropertyName("result")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Value { get; init; }

    /// <summary>Commands of wrapped servers, for <c>command.list</c>.</summary>
    [JsonPropertyName("commands")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<CommandView>? Commands { get; init; }

    /// <summary>Entries of the audit log, for <c>audit.read</c>.</summary>
    [JsonPropertyName("entries")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<JsonElement>? Entries { get; init; }

    /// <summary>The place behind which the next page begins, for <c>audit.read</c>; absent for the last page.</summary>
    [JsonPropertyName("next")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Next { get; init; }

    /// <summary>The place of the last entry, for <c>audit.read</c>; absent for an empty page.</summary>
    [JsonPropertyName("last")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Last { get; init; }

    /// <summary>Kept requests, for <c>audit.read</c>.</summary>
    [JsonPropertyName("requests")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<KeptRequest>? Requests { get; init; }

    /// <summary>Counts, for <c>audit.stats</c>.</summary>
    [JsonPropertyName("counts")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public EntryCounts? Counts { get; init; }

    /// <summary>Gaps of the log, for <c>audit.gaps</c>.</summary>
    [JsonPropertyName("gaps")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public GapReport? Gaps { get; init; }

    /// <summary>Makes a refusal.</summary>
    public static ControlReply Refuse(string message, string remedy) => new() { Ok = false, Message = message, Remedy = remedy };

    /// <summary>Makes a success.</summary>
    public static ControlReply Done(string message) => new() { Ok = true, Message = message };
}
