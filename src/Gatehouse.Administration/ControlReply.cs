using System.Text.Json;
using System.Text.Json.Serialization;
using Gatehouse.Audit.Search;

namespace Gatehouse.Administration;

/// <summary>One answer on the control socket.</summary>
/// <param name="Version">Version of the control format. A parameter: generated readers keep the defaults of parameters only (decision 0143).</param>
public sealed record ControlReply([property: JsonPropertyName("v")] int Version = ControlReply.FormatVersion)
{
    /// <summary>The version of the control format that this build has.</summary>
    internal const int FormatVersion = 1;

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

    /// <summary>The result of an act of <see cref="ActTable"/>, in the form of its row.</summary>
    [JsonPropertyName("result")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Value { get; init; }

    /// <summary>Makes a refusal.</summary>
    public static ControlReply Refuse(string message, string remedy) => new() { Ok = false, Message = message, Remedy = remedy };

    /// <summary>Makes a success.</summary>
    public static ControlReply Done(string message) => new() { Ok = true, Message = message };
}
