using System.Text.Json.Serialization;
using Gatehouse.Audit.Verification.Logs;

namespace Gatehouse.Audit.Search;

/// <summary>A place where the log does not say what one would expect of it.</summary>
public sealed record LogGap
{
    /// <summary>The word of <see cref="Kind"/> for a call that was begun by the newest process and has no end yet.</summary>
    public const string Open = "open";

    /// <summary>The word for a call that was begun by a process that has ended, and has no end.</summary>
    public const string Unended = "unended";

    /// <summary>The word for a check that did not run.</summary>
    public const string NotRun = "not-run";

    /// <summary>The word for messages that the gateway lost, or may have lost.</summary>
    public const string Messages = "messages";

    /// <summary>The word for entries that could not be written.</summary>
    public const string Lost = "lost";

    /// <summary>The word for a log that was neither continued nor ended, or that ended damaged, rolled back or lost.</summary>
    public const string Log = "log";

    /// <summary>The word for a receipt that the log did not keep.</summary>
    public const string Receipt = "receipt";

    /// <summary>All words, in the order in which they are shown.</summary>
    public static IReadOnlyList<string> Kinds { get; } = [Unended, NotRun, Messages, Lost, Receipt, Log, Open];

    /// <summary>The kind.</summary>
    [JsonPropertyName("gap")]
    public required string Kind { get; init; }

    /// <summary>The time of the entry that shows it; null for a log.</summary>
    [JsonPropertyName("at"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? At { get; init; }

    /// <summary>Seconds since then, for a call.</summary>
    [JsonPropertyName("ageSeconds"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? AgeSeconds { get; init; }

    /// <summary>The id of the exchange, or of the entry.</summary>
    [JsonPropertyName("id"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Id { get; init; }

    /// <summary>Issuer of the caller.</summary>
    [JsonPropertyName("issuer"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Issuer { get; init; }

    /// <summary>Subject of the caller.</summary>
    [JsonPropertyName("person"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Person { get; init; }

    /// <summary>True where facts about the caller are sealed and their key is not here: whether there was a person is not known.</summary>
    [JsonPropertyName("isSealed"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsSealed { get; init; }

    /// <summary>The server.</summary>
    [JsonPropertyName("server"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Server { get; init; }

    /// <summary>The method.</summary>
    [JsonPropertyName("method"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Method { get; init; }

    /// <summary>The tool or prompt.</summary>
    [JsonPropertyName("tool"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Tool { get; init; }

    /// <summary>The check that did not run, or the log; for lost entries the time of the first; for a receipt its file and the reason.</summary>
    [JsonPropertyName("what"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? What { get; init; }

    /// <summary>The number of lost entries or messages, or of checks that did not run.</summary>
    [JsonPropertyName("count"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Count { get; init; }

    /// <summary>Attempts to authenticate among lost entries.</summary>
    [JsonPropertyName("attempts"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Attempts { get; init; }
}

/// <summary>The gaps of a log.</summary>
/// <param name="Entries">Entries that were read.</param>
/// <param name="Counts">The number of gaps of each kind, all of them.</param>
/// <param name="Gaps">The gaps, at most <see cref="LogGaps.MostShown"/>, the newest of each kind first.</param>
public sealed record GapReport(
    [property: JsonPropertyName("entries")] long Entries,
    [property: JsonPropertyName("counts")] IReadOnlyDictionary<string, long> Counts,
    [property: JsonPropertyName("gaps")] IReadOnlyList<LogGap> Gaps)
{
    /// <summary>Entries that were not examined, because they are not in the folder of their log: archived, or missing.</summary>
    [JsonPropertyName("absent")]
    public IReadOnlyList<AbsentRange> Absent { get; init => field = value ?? []; } = [];

    /// <summary>Returns the report with one more gap.</summary>
    public GapReport With(LogGap gap)
    {
        ArgumentNullException.ThrowIfNull(gap);
        var counts = Counts.ToDictionary(StringComparer.Ordinal);
        counts[gap.Kind] = counts.GetValueOrDefault(gap.Kind) + 1;
        return this with { Counts = counts, Gaps = [gap, .. Gaps] };
    }

    /// <summary>True where something is missing. A call that is under way is not.</summary>
    [JsonIgnore]
    public bool IsSomethingMissing => Counts.Any(one => one.Key != LogGap.Open && one.Value > 0);
}
