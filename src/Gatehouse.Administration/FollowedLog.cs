using Gatehouse.Audit.Search;

namespace Gatehouse.Administration;

/// <summary>
/// Answers to a command that follows the log. They are without the entries about such commands that got an answer: that is recorded, so each command
/// would otherwise be followed by its own entries, and by those of the others, without end. A refused one has no answer, and its entry is shown.
/// </summary>
internal static class FollowedLog
{
    private static readonly string OwnAct = "control.audit." + LogReadings.Text(LogReading.Tail);

    /// <summary>Returns the next entries behind a place. Without a place the answer has no entry: it names the end of the log.</summary>
    /// <param name="search">The log.</param>
    /// <param name="filter">The entries.</param>
    /// <param name="scope">The only entries that may be found; null for all.</param>
    /// <param name="cancellation">Ends the search.</param>
    public static async Task<EntryPage> FindAsync(IEntrySearch search, EntryFilter filter, EntryScope? scope, CancellationToken cancellation)
    {
        // Threat: the place of the first entry that a filter finds, behind which the reader then asks about the whole log, and no entry shows it.
        if (filter.Behind is null)
            return new EntryPage([], null, (await search.FindAsync(new EntryFilter { Limit = 1 }, scope, cancellation).ConfigureAwait(false)).Last);
        var page = await search.FindAsync(filter, scope, cancellation).ConfigureAwait(false);
        while (true)
        {
            var shown = Shown(page);
            if (shown.Entries.Count > 0 || page.Next is null) return shown;
            page = await search.FindAsync(filter with { Behind = page.Next }, scope, cancellation).ConfigureAwait(false);
        }
    }

    private static bool IsAnswered(EntryFacts facts) => facts.Act == OwnAct && facts.Given("outcome") != "refused";

    private static EntryPage Shown(EntryPage page)
    {
        var at = Enumerable.Range(0, page.Entries.Count).Where(at => !IsAnswered(new EntryFacts(page.Entries[at]))).ToList();
        return page with
        {
            Entries = [.. at.Select(at => page.Entries[at])],
            Positions = page.Positions.Count == page.Entries.Count ? [.. at.Select(at => page.Positions[at])] : page.Positions,
        };
    }
}
