using Gatehouse.Administration;
using Gatehouse.Audit.Privacy;
using Gatehouse.Audit.Search;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// Issuers that the log knows together with a subject only because an act of reading asked for both, as after a typo. The threat: such an act has a
/// key of its own, which the erasure of the person does not destroy, and the subject is still found (DP-03).
/// </summary>
/// <param name="index">The index of the log.</param>
/// <param name="keys">The keys of persons.</param>
internal sealed class AskedNames(AuditIndex index, SubjectKeys keys)
{
    // An administrator makes a few typos. Of more, the answer is about the oldest ones until these are erased.
    private const int MostIssuers = 100;

    /// <summary>Returns these issuers, apart from that of the person, and their number of keys.</summary>
    public async Task<IReadOnlyList<AskedName>> FindAsync(EntryOwner person)
    {
        var asked = new HashSet<string>(StringComparer.Ordinal);
        await EachAsync(person.Subject, facts => Collect(facts, person, asked)).ConfigureAwait(false);
        if (asked.Count == 0) return [];
        await EachAsync(person.Subject, facts => asked.RemoveWhere(issuer => facts.ShowsWithIssuer(person with { Issuer = issuer })))
            .ConfigureAwait(false);
        return
        [
            .. asked.Select(issuer => new SubjectOwner(issuer, person.Subject)).Where(one => !keys.HasOwnActs(one))
                .Select(one => new AskedName(one.Issuer, keys.PseudonymsOf(one, withoutIssuer: false).Count)).Where(static one => one.Keys > 0),
        ];
    }

    private static void Collect(EntryFacts facts, EntryOwner person, HashSet<string> asked)
    {
        if (!facts.IsReading || asked.Count >= MostIssuers || facts.Text("subject") != person.Subject) return;
        if (facts.Given("issuer") is { } issuer && issuer != person.Issuer) asked.Add(issuer);
    }

    private async Task EachAsync(string subject, Action<EntryFacts> act)
    {
        var filter = new EntryFilter { Person = subject, Limit = EntryFilter.LargestPage, OldestFirst = true };
        while (true)
        {
            var page = await index.FindAsync(filter, null, CancellationToken.None).ConfigureAwait(false);
            foreach (var entry in page.Entries) act(new EntryFacts(entry));
            if (page.Next is null) return;
            filter = filter with { After = page.Next };
        }
    }
}
