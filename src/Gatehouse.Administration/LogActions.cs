using System.Globalization;
using System.Text.Json.Serialization;
using Gatehouse.Audit.Search;
using Gatehouse.Text;

namespace Gatehouse.Administration;

/// <summary>Reads entries of the audit log.</summary>
/// <param name="Kind">The kind of reading.</param>
/// <param name="Filter">The entries.</param>
/// <param name="Purpose">The purpose, in the administrator's words.</param>
/// <param name="Payload">True to open kept requests, which needs a right of its own. Only for one exchange that is shown or exported.</param>
internal sealed record ReadLog(
    [property: JsonConverter(typeof(LogReadingJson))] LogReading Kind, [property: JsonPropertyName("search")] EntryFilter Filter,
    string Purpose = "", bool Payload = false) : AdministrativeAction<LogPage>
{
    internal override string Name => "audit." + LogReadings.Text(Kind);

    internal override ActRow Row => LogRows.Read;

    internal override string Given => Purpose;

    internal override ActionEffect Effect => ActionEffect.Discloses;

    internal override ActionStrength Strength => ActionStrength.Person;

    internal override IReadOnlyList<KeyValuePair<string, string>> Facts =>
        [.. LogActs.FactsOf(Filter, Purpose), .. Payload ? [KeyValuePair.Create("payload", "true")] : Array.Empty<KeyValuePair<string, string>>()];

    public override bool IsOffered(AdministrationParts parts) => parts.Log is not null;

    public override ActionRefusal? Fault(AdministrationParts parts) =>
        Payload && (Kind is not (LogReading.Show or LogReading.Export) || Filter.Id is null) ? ActionRefusal.NotUnderstood
            : LogActs.FaultOf(Filter, Purpose);

    public override IReadOnlyList<KeyValuePair<string, string>> ResultFacts(object result) =>
        LogActs.HitsOf(((LogPage)result).Page.Entries.Count, ((LogPage)result).Scope);

    // A command that follows the log asks again and again. Its first question is recorded, and each later one that was answered with entries.
    public override bool LeavesEntry(object result) => !((LogPage)result).Continues || ((LogPage)result).Page.Entries.Count > 0;

    protected override async Task<ActionOutcome<LogPage>> RunAsync(AdministrationParts parts, Administrator by)
    {
        if (!by.TryGetScope(out var scope)) return ActionRefusal.NoReadingRight;
        if (Payload && !by.Reading.HasFlag(ReadingRights.Payloads)) return ActionRefusal.NoPayloadRight;
        var isTail = Kind == LogReading.Tail;
        var continues = isTail && Filter.Behind is not null && parts.Log!.Followed.Continues(by.Name, Filter);
        var page = isTail
            ? await FollowedLog.FindAsync(parts.Log!.Search, Filter, scope, CancellationToken.None).ConfigureAwait(false)
            : await parts.Log!.Search.FindAsync(Filter, scope, CancellationToken.None).ConfigureAwait(false);
        if (isTail) parts.Log.Followed.Take(by.Name, Filter, page.Last);
        var requests = Payload ? await parts.Log.OpenRequestsAsync(Filter.Id!, scope).ConfigureAwait(false) : [];
        return new LogPage(page, ReadScopes.Of(scope), requests) { Continues = continues };
    }
}

/// <summary>Counts entries of the audit log.</summary>
/// <param name="Filter">The entries.</param>
/// <param name="Purpose">The purpose, in the administrator's words.</param>
internal sealed record CountLog([property: JsonPropertyName("search")] EntryFilter Filter, string Purpose = "") : AdministrativeAction<LogCounts>
{
    internal override string Name => "audit.stats";

    internal override ActRow Row => LogRows.Count;

    internal override string Given => Purpose;

    internal override ActionEffect Effect => ActionEffect.Discloses;

    internal override ActionStrength Strength => ActionStrength.Person;

    internal override IReadOnlyList<KeyValuePair<string, string>> Facts => LogActs.FactsOf(Filter, Purpose);

    public override bool IsOffered(AdministrationParts parts) => parts.Log is not null;

    public override ActionRefusal? Fault(AdministrationParts parts) => LogActs.FaultOf(Filter, Purpose);

    public override IReadOnlyList<KeyValuePair<string, string>> ResultFacts(object result) =>
        LogActs.HitsOf(((LogCounts)result).Counts.Entries, ((LogCounts)result).Scope);

    protected override async Task<ActionOutcome<LogCounts>> RunAsync(AdministrationParts parts, Administrator by) =>
        by.TryGetScope(out var scope)
            ? new LogCounts(
                await parts.Log!.Search.CountByFacetAsync(Filter, scope, CancellationToken.None).ConfigureAwait(false), ReadScopes.Of(scope))
            : ActionRefusal.NoReadingRight;
}

/// <summary>Finds what is missing in the audit log.</summary>
/// <param name="Filter">The time. Nothing else of a filter has a meaning here.</param>
/// <param name="Purpose">The purpose, in the administrator's words.</param>
internal sealed record FindLogGaps([property: JsonPropertyName("search")] EntryFilter Filter, string Purpose = "") : AdministrativeAction<LogGapsFound>
{
    internal override string Name => "audit.gaps";

    internal override ActRow Row => LogRows.Gaps;

    internal override string Given => Purpose;

    internal override ActionEffect Effect => ActionEffect.Discloses;

    internal override ActionStrength Strength => ActionStrength.Person;

    internal override IReadOnlyList<KeyValuePair<string, string>> Facts => LogActs.FactsOf(Filter, Purpose);

    public override bool IsOffered(AdministrationParts parts) => parts.Log is not null;

    public override ActionRefusal? Fault(AdministrationParts parts) =>
        Filter.Shape is "" or "since" ? LogActs.FaultOf(Filter, Purpose) : ActionRefusal.NotUnderstood;

    public override IReadOnlyList<KeyValuePair<string, string>> ResultFacts(object result) =>
        LogActs.HitsOf(((LogGapsFound)result).Report.Counts.Values.Sum(), ((LogGapsFound)result).Scope);

    protected override async Task<ActionOutcome<LogGapsFound>> RunAsync(AdministrationParts parts, Administrator by) =>
        by.TryGetScope(out var scope)
            ? new LogGapsFound(await parts.Log!.FindGapsAsync(Filter.Since, scope).ConfigureAwait(false), ReadScopes.Of(scope))
            : ActionRefusal.NoReadingRight;
}

/// <summary>Makes the index of the audit log again. It shows no entry, so the account is enough.</summary>
internal sealed record RebuildLogIndex : AdministrativeAction<LogIndexRebuilt>
{
    internal override string Name => "audit.index";

    internal override ActRow Row => LogRows.Index;

    internal override ActionEffect Effect => ActionEffect.Grants;

    public override bool IsOffered(AdministrationParts parts) => parts.Log is not null;

    protected override async Task<ActionOutcome<LogIndexRebuilt>> RunAsync(AdministrationParts parts, Administrator by) =>
        new LogIndexRebuilt(await parts.Log!.RebuildAsync().ConfigureAwait(false));
}

/// <summary>Entries that an administrator may read.</summary>
/// <param name="Page">The entries.</param>
/// <param name="Scope">The entries that were looked at.</param>
/// <param name="Requests">Kept requests, opened.</param>
internal sealed record LogPage(
    EntryPage Page, ReadScope Scope, IReadOnlyList<KeptRequest> Requests)
    : ActResult
{
    /// <inheritdoc />
    internal override string? Sentence => string.Join("; ", new[]
    {
        ReadScopes.Sentence(Scope, "only your own entries", "were searched"), Absent,
    }.OfType<string>()) is { Length: > 0 } text ? text : null;

    /// <summary>True where the question continues a command that follows the log, from a place that the gateway gave this reader.</summary>
    public bool Continues { get; init; }

    /// <summary>Entries that are not in the folder, in words; null where all are there, or where the act does not ask.</summary>
    public string? Absent { get; init; }
}

/// <summary>Counts of entries that an administrator may read.</summary>
/// <param name="Counts">The counts.</param>
/// <param name="Scope">The entries that were looked at.</param>
internal sealed record LogCounts(
    EntryCounts Counts, ReadScope Scope) : ActResult
{
    /// <inheritdoc />
    internal override string? Sentence => ReadScopes.Sentence(Scope, "only your own entries", "were counted");
}

/// <summary>Gaps of the log that an administrator may see.</summary>
/// <param name="Report">The gaps.</param>
/// <param name="Scope">The entries that were looked at.</param>
internal sealed record LogGapsFound(
    GapReport Report, ReadScope Scope) : ActResult
{
    /// <inheritdoc />
    internal override string? Sentence =>
        ReadScopes.Sentence(Scope, "only your own calls", "were examined; lost entries and logs were not");
}

/// <summary>The index was made again.</summary>
/// <param name="Entries">The number of its entries.</param>
internal sealed record LogIndexRebuilt(long Entries) : ActResult
{
    /// <inheritdoc />
    internal override string Sentence =>
        $"the index was deleted and built from the log; it has {Counted.Of(Entries, "entry", "entries")}";
}

/// <summary>The common parts of acts that read the log.</summary>
internal static class LogActs
{
    /// <summary>The most characters of a purpose.</summary>
    public const int LongestPurpose = 512;

    /// <summary>
    /// The purpose and the shape of the question. Only values that name the target of a search are in it: person, session and exchange. An entry
    /// never has the words of a search.
    /// </summary>
    public static IReadOnlyList<KeyValuePair<string, string>> FactsOf(EntryFilter filter, string purpose) =>
    [
        KeyValuePair.Create("subject", filter.Person ?? ""), SessionActs.Fact(filter.Session ?? ""),
        KeyValuePair.Create("about", filter.Id ?? ""), KeyValuePair.Create("purpose", purpose), KeyValuePair.Create("filter", filter.Shape),
    ];

    public static ActionRefusal? FaultOf(EntryFilter filter, string purpose)
    {
        if (string.IsNullOrWhiteSpace(purpose)) return ActionRefusal.NoPurpose;
        if (purpose.Length > LongestPurpose) return ActionRefusal.LongPurpose;
        return filter.Fault() is { } fault ? ActionRefusal.FaultyFilter(fault) : null;
    }

    public static IReadOnlyList<KeyValuePair<string, string>> HitsOf(long hits, ReadScope scope) =>
        [KeyValuePair.Create("hits", hits.ToString(CultureInfo.InvariantCulture)), KeyValuePair.Create("scope", ReadScopes.Text(scope))];
}
