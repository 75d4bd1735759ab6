using Gatehouse.Audit.Privacy;
using Gatehouse.Audit.Search;

namespace Gatehouse.Administration;

/// <summary>
/// The result of the search of a log for a person, which an administrator named by issuer and subject. A name with a typo is another person, and the
/// log has nothing of that one: an answer about nothing must not look like one about the person.
/// </summary>
/// <param name="IsKnown">
/// True where an entry is about the person, and not only an act of reading that asked for that name (<see cref="EntryFacts.ShowsPerson"/>). An act
/// that names the subject without an issuer counts only where it cannot be about another person: the log knows the issuer and no other issuer of
/// that subject, and all entries are in its folder.
/// </param>
/// <param name="HasCalls">True where the log has a call of the person.</param>
internal sealed record PersonLookup(bool IsKnown, bool HasCalls)
{
    private const int MostNamed = 10;

    /// <summary>
    /// True where the issuer is that of a caller or an administrator of the log, or the word for system accounts. It is read for a hint only.
    /// </summary>
    public bool HasIssuer { get; init; }

    /// <summary>
    /// True where an act names the subject without an issuer, which is not only an act of reading, and the log does not know the person otherwise.
    /// </summary>
    public bool IsNamedWithoutIssuer { get; init; }

    /// <summary>
    /// Issuers that the log knows, those of most entries first; empty where the person is known, and where the reader may not see them. The log may
    /// know more.
    /// </summary>
    public IReadOnlyList<string> Issuers { get; init; } = [];

    /// <summary>Entries that are not in the folder, in words; null where all are there. The person may be in them.</summary>
    public string? Absent { get; init; }

    /// <summary>Looks for a person in the log.</summary>
    /// <param name="log">The log.</param>
    /// <param name="person">The person.</param>
    /// <param name="ofCallsOnly">True for a reader who may see only calls of the person.</param>
    /// <param name="namesIssuers">True to return the issuers, to a reader of the whole log.</param>
    public static async Task<PersonLookup> OfAsync(ILogAdministration log, EntryOwner person, bool ofCallsOnly, bool namesIssuers)
    {
        var absent = await log.AbsentAsync().ConfigureAwait(false);
        var hasCalls = await HasAsync(log.Search, new EntryFilter(), EntryScope.Of(person)).ConfigureAwait(false);
        var (hasActs, isNamed) = hasCalls || ofCallsOnly ? (false, false) : await ActsAsync(log.Search, person).ConfigureAwait(false);
        if (hasCalls || hasActs) return new PersonLookup(true, hasCalls) { HasIssuer = true, Absent = absent };
        var hasIssuer = person.Issuer == PersonalFacts.AccountIssuer
            || await HasAsync(log.Search, new EntryFilter { Issuer = person.Issuer }, null).ConfigureAwait(false);
        if (isNamed && hasIssuer && absent is null && !await HasAnotherAsync(log.Search, person).ConfigureAwait(false))
            return new PersonLookup(true, false) { HasIssuer = true };
        return new PersonLookup(false, false)
        {
            HasIssuer = hasIssuer,
            IsNamedWithoutIssuer = isNamed,
            Issuers = namesIssuers
                ? (await log.Search.CountByFacetAsync(new EntryFilter(), null, CancellationToken.None).ConfigureAwait(false)).Issuers : [],
            Absent = absent,
        };
    }

    /// <summary>The next step, where the log has nothing of the person.</summary>
    public string Remedy => HasIssuer
        ? "the log knows the issuer; compare the subject with: gatehouse audit search --issuer ISSUER --purpose TEXT"
        : Issuers.Count == 0 ? "compare the issuer and the subject with: gatehouse audit search --purpose TEXT"
        : $"the log does not know this issuer. It knows {string.Join(", ", Issuers.Take(MostNamed))}"
            + (Issuers.Count > MostNamed ? $" and at least {Issuers.Count - MostNamed} more" : "") + ". Compare both with: gatehouse audit search --purpose TEXT";

    private static async Task<bool> HasAsync(IEntrySearch search, EntryFilter filter, EntryScope? scope) =>
        await search.CountAsync(filter, scope, CancellationToken.None).ConfigureAwait(false) > 0;

    /// <summary>
    /// Returns whether the log knows another person, who has the same subject at another issuer. Then an act that names only the subject may be about
    /// that one.
    /// </summary>
    internal static Task<bool> HasAnotherAsync(IEntrySearch search, EntryOwner person) =>
        AnyAsync(search, new EntryFilter { Person = person.Subject }, facts => facts.ShowsAnother(person));

    // Searches for a person can be many, and a real act can be behind them.
    private static async Task<(bool HasActs, bool IsNamed)> ActsAsync(IEntrySearch search, EntryOwner person)
    {
        var isNamed = false;
        var hasActs = await AnyAsync(search, new EntryFilter { Person = person.Subject, Verdict = "control" }, facts =>
        {
            isNamed |= facts.ShowsPerson(person);
            return facts.ShowsWithIssuer(person);
        }).ConfigureAwait(false);
        return (hasActs, isNamed);
    }

    private static async Task<bool> AnyAsync(IEntrySearch search, EntryFilter filter, Func<EntryFacts, bool> isOne)
    {
        filter = filter with { OldestFirst = true, Limit = EntryFilter.LargestPage };
        while (true)
        {
            var page = await search.FindAsync(filter, null, CancellationToken.None).ConfigureAwait(false);
            if (page.Entries.Any(entry => isOne(new EntryFacts(entry)))) return true;
            if (page.Next is null) return false;
            filter = filter with { After = page.Next };
        }
    }
}
