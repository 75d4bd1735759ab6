using System.Globalization;
using Gatehouse.Audit.Search;

namespace Gatehouse.Administration;

/// <summary>
/// Exports a page of everything that the log says about a person, for that person's request for access (DP-03). Oldest entries come first.
/// </summary>
/// <param name="Issuer">The issuer of the person.</param>
/// <param name="Subject">The subject.</param>
/// <param name="Purpose">The purpose, in the administrator's words.</param>
/// <param name="After">The place behind which the page begins, as the page before gave it; null for the first page.</param>
/// <param name="Payload">True to open kept requests, which needs a right of its own.</param>
internal sealed record ExportPerson(
    string Issuer = "", string Subject = "", string Purpose = "", string? After = null, bool Payload = false) : AdministrativeAction<LogPage>
{
    private const int LongestName = 1024;

    // A kept request can have a megabyte: a page holds few of them.
    private const int MostEntriesWithRequests = 20;

    internal override string Name => "audit.person";

    internal override ActRow Row => LogRows.Person;

    internal override string Given => Purpose;

    internal override ActionEffect Effect => ActionEffect.Discloses;

    internal override ActionStrength Strength => ActionStrength.Person;

    internal override IReadOnlyList<KeyValuePair<string, string>> Facts =>
    [
        KeyValuePair.Create("subject", Subject), KeyValuePair.Create("issuer", Issuer), KeyValuePair.Create("purpose", Purpose),
        .. After is null ? Array.Empty<KeyValuePair<string, string>>() : [KeyValuePair.Create("filter", "after")],
        .. Payload ? [KeyValuePair.Create("payload", "true")] : Array.Empty<KeyValuePair<string, string>>(),
    ];

    public override bool IsOffered(AdministrationParts parts) => parts.Log is not null;

    public override ActionRefusal? Fault(AdministrationParts parts) =>
        Issuer.Length is 0 or > LongestName || Subject.Length is 0 or > LongestName ? ActionRefusal.NoPerson : LogActs.FaultOf(Filter, Purpose);

    public override IReadOnlyList<KeyValuePair<string, string>> ResultFacts(object result) =>
        LogActs.HitsOf(((LogPage)result).Page.Entries.Count, ((LogPage)result).Scope);

    // Threat: a person asks for the second page of an export that no second person granted. So a page is one only behind a place that this gateway
    // gave this person for the same export.
    public override bool ContinuesDone(AdministrationParts parts, Administrator by) =>
        After is not null && parts.Log!.Followed.Continues(ReaderOf(by), new EntryFilter { Behind = After });

    private string ReaderOf(Administrator by) => string.Join('\n', Name, by.Name, Issuer, Subject, Purpose, Payload ? "payload" : "");

    private EntryFilter Filter => new()
    {
        Person = Subject,
        OldestFirst = true,
        After = After,
        Limit = Payload ? MostEntriesWithRequests : EntryFilter.LargestPage,
    };

    protected override async Task<ActionOutcome<LogPage>> RunAsync(AdministrationParts parts, Administrator by)
    {
        if (!by.TryGetScope(out var scope)) return ActionRefusal.NoReadingRight;
        var person = new EntryOwner(Issuer, Subject);
        // A request for access is about everything of a person. Who reads a group has a part of it, so this reader exports only the own entries.
        if (scope is not null && scope.Owner != person) return ActionRefusal.OwnReadingOnly;
        if (scope is not null) scope = EntryScope.Of(person);
        if (Payload && !by.Reading.HasFlag(ReadingRights.Payloads)) return ActionRefusal.NoPayloadRight;
        var page = await parts.Log!.Search.FindAsync(Filter, scope, CancellationToken.None).ConfigureAwait(false);
        // The subject of another issuer is another person.
        var entries = page.Entries.Where(entry => new EntryFacts(entry).IsAbout(person)).ToList();
        if (After is null && !entries.Exists(entry => new EntryFacts(entry).ShowsWithIssuer(person)))
        {
            var isOwn = scope is not null;
            var lookup = await PersonLookup.OfAsync(parts.Log, person, ofCallsOnly: isOwn, namesIssuers: !isOwn).ConfigureAwait(false);
            if (!lookup.IsKnown) return ActionRefusal.UnknownPerson(lookup);
        }

        List<KeptRequest> requests = [];
        foreach (var id in Payload ? Kept(entries) : [])
            requests.AddRange(await parts.Log.OpenRequestsAsync(id, EntryScope.Of(person)).ConfigureAwait(false));
        parts.Log.Followed.Take(ReaderOf(by), new EntryFilter(), page.Next);
        return new LogPage(page with { Entries = entries }, ReadScopes.Of(scope), requests)
        {
            Absent = After is null ? await parts.Log.AbsentAsync().ConfigureAwait(false) : null,
        };
    }

    private static IEnumerable<string> Kept(List<System.Text.Json.JsonElement> entries) =>
        entries.Select(entry => new EntryFacts(entry)).Where(facts => facts.Kind == "begun" && facts.Text("kept") is not null).Select(facts => facts.Id)
            .Distinct(StringComparer.Ordinal);
}
