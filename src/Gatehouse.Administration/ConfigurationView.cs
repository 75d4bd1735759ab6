using System.Text.Json.Serialization;

namespace Gatehouse.Administration;

/// <summary>
/// One change of the configuration, as the audit log has it, without what its entry says about persons: the right to list changes is that of the
/// account, and to open these facts needs the right to read the log.
/// </summary>
/// <param name="At">The time of the entry.</param>
/// <param name="Outcome">
/// <c>applied</c>, <c>refused</c>, or <c>incomplete</c> for a configuration in force of which a later step failed.
/// </param>
/// <param name="Digest">The digest of the configuration; empty for one that could not be read.</param>
/// <param name="Generation">The generation: the new one, or the one that stays where the change was refused.</param>
/// <param name="Cause"><c>start</c>, <c>reload</c>, <c>rollback</c> or <c>file</c>; empty for <c>incomplete</c>.</param>
public sealed record ConfigurationView(
    [property: JsonPropertyName("at")] DateTimeOffset At,
    [property: JsonPropertyName("outcome")] string Outcome,
    [property: JsonPropertyName("digest")] string Digest,
    [property: JsonPropertyName("generation")] long Generation,
    [property: JsonPropertyName("cause")] string Cause)
{
    /// <summary>The digest of the configuration before it, or of the one that stays in force.</summary>
    [JsonPropertyName("previous")]
    public string? Previous { get; init; }

    /// <summary>The way: <c>process</c> or <c>control-socket</c>.</summary>
    [JsonPropertyName("source")]
    public string? Source { get; init; }

    /// <summary>The number of faults of a refused configuration.</summary>
    [JsonPropertyName("faults")]
    public int? Faults { get; init; }

    /// <summary>The digest that a rollback named.</summary>
    [JsonPropertyName("target")]
    public string? Target { get; init; }

    /// <summary>The digest of changed files that a rollback replaced and kept.</summary>
    [JsonPropertyName("replaced")]
    public string? Replaced { get; init; }

    /// <summary>
    /// The steps that failed when the configuration was in force already, separated by spaces: <c>authentication</c>,
    /// <c>announcement</c>, <c>streams</c>, <c>servers</c>, <c>texts</c>, <c>reports</c>. Null for the other outcomes.
    /// </summary>
    [JsonPropertyName("failedSteps")]
    public string? FailedSteps { get; init; }

    /// <summary>
    /// True where the change of a refused configuration failed after its entry <c>applied</c>, which this one undoes; null for the others. That
    /// entry may be absent where <see cref="Fault"/> is <c>process-ended</c>, <c>entry-not-confirmed</c> or <c>pending-change-damaged</c>.
    /// </summary>
    [JsonPropertyName("undone")]
    public bool? IsUndone { get; init; }

    /// <summary>
    /// The type of a fault that is not one of the configuration: the name of a .NET exception, <c>process-ended</c>, <c>entry-not-confirmed</c> or
    /// <c>pending-change-damaged</c>. Null for none.
    /// </summary>
    [JsonPropertyName("fault")]
    public string? Fault { get; init; }

    /// <summary>True where the entry was written later than what it is about; null for the others.</summary>
    [JsonPropertyName("recovered")]
    public bool? IsRecovered { get; init; }

    /// <summary>The time of what the entry is about, where it was written later; null where it was not, or where the time is not known.</summary>
    [JsonPropertyName("attempted")]
    public DateTimeOffset? Attempted { get; init; }

    /// <summary>True for the configuration that is in force now, at its newest entry; null where that is not known.</summary>
    [JsonPropertyName("inForce")]
    public bool? IsInForce { get; init; }

    /// <summary>True where the texts are in the state folder, so that they can be compared and restored; null where that is not known.</summary>
    [JsonPropertyName("kept")]
    public bool? IsKept { get; init; }

    /// <summary>The id of the entry.</summary>
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    /// <summary>The name of the log that has the entry.</summary>
    [JsonPropertyName("log")]
    public string? Log { get; init; }

    /// <summary>The index of the entry in that log, for <c>gatehouse audit prove</c>.</summary>
    [JsonPropertyName("index")]
    public long? Index { get; init; }
}
