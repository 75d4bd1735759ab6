using System.Text.Json.Serialization;
using Gatehouse.Audit.Search;

namespace Gatehouse.Administration;

/// <summary>The acts about the audit log.</summary>
internal static class LogRows
{
    private const string Page = "operators/audit-search.md";

    private static readonly LogActJson Forms = new(ActRow.Strict());

    public static ActRow Read { get; } = new(
        "audit.read", ActWays.Socket, "Reads entries of the audit log.", Page,
        new ReadLog(LogReading.Search, new EntryFilter()), Forms.ReadLog, LogActJson.Default.LogPage);

    public static ActRow Count { get; } = new(
        "audit.stats", ActWays.Socket, "Counts entries of the audit log.", Page,
        new CountLog(new EntryFilter()), Forms.CountLog, LogActJson.Default.LogCounts);

    public static ActRow Gaps { get; } = new(
        "audit.gaps", ActWays.Socket, "Finds what is missing in the audit log.", Page,
        new FindLogGaps(new EntryFilter()), Forms.FindLogGaps, LogActJson.Default.LogGapsFound);

    public static ActRow Index { get; } = new(
        "audit.index", ActWays.Socket, "Makes the index of the audit log again.", Page,
        new RebuildLogIndex(), Forms.RebuildLogIndex, LogActJson.Default.LogIndexRebuilt);

    public static ActRow Clock { get; } = new(
        "audit.clock", ActWays.Socket, "Confirms the clock, so that retention does not wait any more.", Page,
        new ConfirmClock(), Forms.ConfirmClock, LogActJson.Default.ClockConfirmed);

    public static ActRow Person { get; } = new(
        "audit.person", ActWays.Socket, "Exports everything that the log says about a person.", Page,
        new ExportPerson(), Forms.ExportPerson, LogActJson.Default.LogPage);

    public static ActRow Erase { get; } = new(
        "audit.erase", ActWays.Socket, "Erases what the audit log says about a person.", Page,
        new ErasePerson(), Forms.ErasePerson, LogActJson.Default.PersonErased);

    /// <summary>All rows.</summary>
    public static IReadOnlyList<ActRow> All { get; } = [Read, Count, Gaps, Index, Clock, Person, Erase];
}

/// <summary>The forms of these acts and of their results.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, IgnoreReadOnlyProperties = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ReadLog))]
[JsonSerializable(typeof(LogPage))]
[JsonSerializable(typeof(CountLog))]
[JsonSerializable(typeof(LogCounts))]
[JsonSerializable(typeof(FindLogGaps))]
[JsonSerializable(typeof(LogGapsFound))]
[JsonSerializable(typeof(RebuildLogIndex))]
[JsonSerializable(typeof(LogIndexRebuilt))]
[JsonSerializable(typeof(ConfirmClock))]
[JsonSerializable(typeof(ClockConfirmed))]
[JsonSerializable(typeof(ExportPerson))]
[JsonSerializable(typeof(ErasePerson))]
[JsonSerializable(typeof(PersonErased))]
internal sealed partial class LogActJson : JsonSerializerContext;
