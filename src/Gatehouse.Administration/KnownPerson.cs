using Gatehouse.Audit.Privacy;
using Gatehouse.Audit.Search;

namespace Gatehouse.Administration;

/// <summary>
/// What the log knows of a person that an administrator named by issuer and subject. A name with a typo is another person, and the log has nothing
/// of that one: an answer about nothing must not look like one about the person.
/// </summary>
/// <param name="HasIssuer">True where the issuer is that of a caller or an administrator of the log, or the word for system accounts.</param>
/// <param name="HasCalls">True where the log has a call of the person.</param>
/// <param name="Issuers">The issuers that the log knows, those of most entries first; empty where the reader may not see them.</param>
internal sealed record KnownPerson(bool HasIssuer, bool HasCalls, IReadOnlyList<string> Issuers)
{
    private const int MostNamed = 10;

    /// <summary>Looks for a person in the log.</summary>
    /// <param name="search">The log.</param>
    /// <param name="person">The person.</param>
    /// <param name="namesIssuers">True to return the issuers.</param>
    public static async Task<KnownPerson> LookAsync(IEntrySearch search, EntryOwner person, bool namesIssuers)
    {
        var isAccount = person.Issuer == PersonalFacts.AccountIssuer;
        var ofIssuer = isAccount ? 0 : await CountAsync(new EntryFilter { Issuer = person.Issuer }, null).ConfigureAwait(false);
        var calls = await CountAsync(new EntryFilter(), EntryScope.Of(person)).ConfigureAwait(false);
        var issuers = namesIssuers ? (await search.CountAsync(new EntryFilter(), null, CancellationToken.None).ConfigureAwait(false)).Issuers : [];
        return new KnownPerson(isAccount || ofIssuer > 0, calls > 0, issuers);

        async Task<long> CountAsync(EntryFilter filter, EntryScope? scope) =>
            (await search.CountAsync(filter, scope, CancellationToken.None).ConfigureAwait(false)).Entries;
    }

    /// <summary>The next step, where the log has nothing of the person.</summary>
    public string Remedy => HasIssuer
        ? "the log knows the issuer; compare the subject with: gatehouse audit search --issuer ISSUER"
        : Issuers.Count == 0 ? "compare the issuer and the subject with: gatehouse audit search"
        : $"the log does not know this issuer. It knows {string.Join(", ", Issuers.Take(MostNamed))}"
            + (Issuers.Count > MostNamed ? $" and {Issuers.Count - MostNamed} more" : "") + ". Compare both with: gatehouse audit search";
}
