using System.Globalization;
using System.Text.Json;
using Gatehouse.Administration;
using Gatehouse.Audit.Search;

namespace Gatehouse.Gateway.Configurations;

/// <summary>The changes of the configuration, as the audit log has them. The log is the authority on which configuration was in force.</summary>
internal sealed class ConfigurationLog(IEntrySearch search)
{
    private const string AppliedText = "applied";
    private const string RefusedText = "refused";
    private const string IncompleteText = "incomplete";

    /// <summary>Returns the newest changes, newest first.</summary>
    /// <param name="limit">The most changes, 1 to <see cref="EntryFilter.LargestPage"/>.</param>
    /// <param name="inForce">The digest in force; null where no gateway runs.</param>
    /// <param name="isKept">Returns whether the texts of a configuration are kept; null where that is not known.</param>
    /// <param name="cancellation">Ends the search.</param>
    /// <exception cref="IOException">The log cannot be read.</exception>
    public async Task<IReadOnlyList<ConfigurationView>> NewestAsync(
        int limit, string? inForce, Func<string, bool>? isKept, CancellationToken cancellation)
    {
        var applied = await PageAsync(EntryActs.Applied, limit, null, cancellation).ConfigureAwait(false);
        var refused = await PageAsync(EntryActs.Refused, limit, null, cancellation).ConfigureAwait(false);
        var incomplete = await PageAsync(EntryActs.Incomplete, limit, null, cancellation).ConfigureAwait(false);
        var kept = new Dictionary<string, bool>(StringComparer.Ordinal);
        var views = Views(applied).Concat(Views(refused)).Concat(Views(incomplete))
            .OrderByDescending(view => view.At).ThenByDescending(view => view.Index).Take(limit)
            .Select(view => view with { IsInForce = inForce is null ? null : false, IsKept = isKept is null ? null : IsKept(view.Digest) }).ToList();
        // An entry that undoes another one is newer than that one, so it is on the page of its act where the other one is shown.
        var undone = UndoneEntries.Of(Changes(applied), Changes(refused));
        var newest = views.FindIndex(
            view => view.Outcome == AppliedText && view.Digest == inForce && !undone.Contains(new ChangeKey(view.Log, view.Index, view.Id)));
        if (newest >= 0) views[newest] = views[newest] with { IsInForce = true };
        return views;

        bool IsKept(string digest)
        {
            if (!kept.TryGetValue(digest, out var known)) kept[digest] = known = isKept!(digest);
            return known;
        }
    }

    /// <summary>
    /// Returns the digests of all configurations that were in force and begin so, and not those of which the log says that they did not come into
    /// force after all.
    /// </summary>
    /// <param name="beginning">The first digits.</param>
    /// <param name="withReplaced">True also for the files that a rollback replaced and kept, which were in force at no time.</param>
    /// <param name="cancellation">Ends the search.</param>
    /// <exception cref="IOException">The log cannot be read.</exception>
    public async Task<IReadOnlyCollection<string>> FindAsync(string beginning, bool withReplaced, CancellationToken cancellation)
    {
        var replaced = new HashSet<string>(StringComparer.Ordinal);
        List<ChangeEntry> applied = [], refused = [];
        await ReadAllAsync(EntryActs.Applied, (entry, position) =>
        {
            if (Begins(entry.Given("digest"))) applied.Add(ChangeEntry.Of(entry, position));
            if (withReplaced && entry.Given("replaced") is { } files && Begins(files)) replaced.Add(files);
        }, cancellation).ConfigureAwait(false);
        await ReadAllAsync(EntryActs.Refused, (entry, position) =>
        {
            if (entry.Given(EntryActs.UndoneFact) is not null) refused.Add(ChangeEntry.Of(entry, position));
        }, cancellation).ConfigureAwait(false);
        var undone = UndoneEntries.Of(applied, refused);
        replaced.UnionWith(applied.Where(one => !undone.Contains(one.Key)).Select(one => one.Digest));
        return replaced;

        bool Begins(string? digest) => digest?.StartsWith(beginning, StringComparison.Ordinal) == true;
    }

    /// <summary>
    /// Returns the digest of the configuration that was in force last before another one; null where the log has none. Entries that were undone, and
    /// later starts with the same configuration, are passed over.
    /// </summary>
    /// <param name="inForce">The digest of the one in force.</param>
    /// <param name="cancellation">Ends the search.</param>
    /// <exception cref="IOException">The log cannot be read.</exception>
    public async Task<string?> BeforeAsync(string inForce, CancellationToken cancellation)
    {
        List<ChangeEntry> applied = [], refused = [];
        await ReadAllAsync(EntryActs.Applied, (entry, position) => applied.Add(ChangeEntry.Of(entry, position)), cancellation).ConfigureAwait(false);
        await ReadAllAsync(EntryActs.Refused, (entry, position) =>
        {
            if (entry.Given(EntryActs.UndoneFact) is not null) refused.Add(ChangeEntry.Of(entry, position));
        }, cancellation).ConfigureAwait(false);
        var undone = UndoneEntries.Of(applied, refused);
        return applied.Where(one => !undone.Contains(one.Key)).Select(static one => one.Digest)
            .SkipWhile(digest => digest != inForce).FirstOrDefault(digest => digest != inForce && digest.Length > 0);
    }

    /// <summary>Returns whether the log has a refused configuration whose digest begins so. One that was undone counts as refused.</summary>
    /// <param name="beginning">The first digits.</param>
    /// <param name="cancellation">Ends the search.</param>
    /// <exception cref="IOException">The log cannot be read.</exception>
    public async Task<bool> WasRefusedAsync(string beginning, CancellationToken cancellation)
    {
        var isThere = false;
        await ReadAllAsync(EntryActs.Refused, (entry, _) => isThere |= entry.Given("digest")?.StartsWith(beginning, StringComparison.Ordinal) == true,
            cancellation).ConfigureAwait(false);
        return isThere;
    }

    private async Task ReadAllAsync(string act, Action<EntryFacts, EntryPosition> read, CancellationToken cancellation)
    {
        string? after = null;
        do
        {
            var page = await PageAsync(act, EntryFilter.LargestPage, after, cancellation).ConfigureAwait(false);
            foreach (var (entry, position) in page.Entries.Zip(page.Positions)) read(new EntryFacts(entry), position);
            after = page.Next;
        }
        while (after is not null);
    }

    private static IEnumerable<ChangeEntry> Changes(EntryPage page) => page.Entries
        .Select((entry, at) => (Facts: new EntryFacts(entry), Position: at < page.Positions.Count ? page.Positions[at] : (EntryPosition?)null))
        .Where(static one => one.Facts.Act != EntryActs.Refused || one.Facts.Given(EntryActs.UndoneFact) is not null)
        .Select(static one => ChangeEntry.Of(one.Facts, one.Position));

    private static IEnumerable<ConfigurationView> Views(EntryPage page) =>
        page.Entries.Select((entry, at) => View(entry, at < page.Positions.Count ? page.Positions[at] : null));

    private static ConfigurationView View(JsonElement entry, EntryPosition? position)
    {
        var facts = new EntryFacts(entry);
        return new ConfigurationView(facts.At, OutcomeOf(facts.Act), facts.Text("digest") ?? "",
            Number("generation") ?? 0, facts.Text("cause") ?? "")
        {
            Previous = Given("previous"),
            Source = Given("source"),
            Faults = (int?)Number("faults"),
            Target = Given("target"),
            Replaced = Given("replaced"),
            FailedSteps = facts.Act == EntryActs.Incomplete ? Given("why") : null,
            IsUndone = facts.Act == EntryActs.Refused && Given(EntryActs.UndoneFact) is not null ? true : null,
            Fault = Given(EntryActs.FaultFact),
            IsRecovered = Given(EntryActs.RecoveredFact) is not null ? true : null,
            Attempted = TimeOf(EntryActs.AttemptedFact),
            Id = facts.Id,
            Log = position?.Log,
            Index = position?.Index,
        };

        string? Given(string name) => facts.Text(name) is { Length: > 0 } text ? text : null;

        DateTimeOffset? TimeOf(string name) =>
            DateTimeOffset.TryParse(facts.Text(name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;

        long? Number(string name) => long.TryParse(facts.Text(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    private static string OutcomeOf(string? act) => act switch
    {
        EntryActs.Applied => AppliedText,
        EntryActs.Incomplete => IncompleteText,
        _ => RefusedText,
    };

    private Task<EntryPage> PageAsync(string act, int limit, string? after, CancellationToken cancellation) =>
        search.FindAsync(new EntryFilter { Act = act, Limit = limit, After = after }, null, cancellation);
}
