using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Approvals;

/// <summary>Questions and answers as they are stored, with their facts. It changes nothing.</summary>
/// <param name="parts">The shared parts.</param>
internal sealed class ApprovalReader(ApprovalParts parts)
{
    /// <summary>
    /// Returns the newest questions in a state, the oldest first, with their facts; facts are null where they cannot be opened any more.
    /// </summary>
    /// <param name="state">Only those in this state; null for all.</param>
    /// <param name="kind">Only those of this kind; null for all.</param>
    /// <param name="most">At most so many.</param>
    /// <param name="isWanted">Returns whether a question is one of them.</param>
    /// <param name="view">Makes of a question what is kept of it. No more than a page of sealed facts is in memory together.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <param name="isSeen">Returns by its facts whether a question is one of them; null for all.</param>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<IReadOnlyList<TView>> ListAsync<TView>(
        ApprovalState? state, ApprovalKind? kind, int most, Func<ApprovalRow, bool> isWanted, Func<ApprovalRow, ApprovalFacts?, Task<TView>> view,
        CancellationToken cancellation, Func<ApprovalFacts?, bool>? isSeen = null)
    {
        var views = new List<TView>();
        for (ApprovalRow? before = null; views.Count < most;)
        {
            var page = await PageAsync(state, kind, before, cancellation).ConfigureAwait(false);
            foreach (var row in page.Reverse().Where(isWanted))
            {
                var facts = parts.Boxes.Open(row);
                if (isSeen?.Invoke(facts) == false) continue;
                views.Add(await view(row, facts).ConfigureAwait(false));
                if (views.Count == most) break;
            }

            if (page.Count < IApprovalStore.PageSize) break;
            before = page[0];
        }

        views.Reverse();
        return views;
    }

    /// <summary>Looks at each question in a state, a page at a time.</summary>
    /// <param name="state">The state.</param>
    /// <param name="kind">Only those of this kind; null for all.</param>
    /// <param name="look">Looks at a question. Its facts are null where they cannot be opened any more.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task EachAsync(
        ApprovalState state, ApprovalKind? kind, Func<ApprovalRow, ApprovalFacts?, Task> look, CancellationToken cancellation)
    {
        IReadOnlyList<ApprovalRow> page;
        ApprovalRow? before = null;
        do
        {
            page = await PageAsync(state, kind, before, cancellation).ConfigureAwait(false);
            foreach (var row in page) await look(row, parts.Boxes.Open(row)).ConfigureAwait(false);
            before = page.Count > 0 ? page[0] : null;
        }
        while (page.Count == IApprovalStore.PageSize);
    }

    /// <summary>Returns one question with its facts; null where there is none.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<(ApprovalRow Row, ApprovalFacts? Facts)?> ShowAsync(string id, CancellationToken cancellation) =>
        await parts.Store.FindAsync(id, parts.Time.GetUtcNow(), cancellation).ConfigureAwait(false) is { } row
            ? (row, parts.Boxes.Open(row)) : null;

    /// <summary>Finds the question that decides about a call or a right; null where there is none.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public ValueTask<ApprovalRow?> FindAsync(IReadOnlyList<ReadOnlyMemory<byte>> digest, CancellationToken cancellation) =>
        parts.Store.FindByDigestAsync(digest, parts.Time.GetUtcNow(), cancellation);

    /// <summary>
    /// Compares a call with the last one of its kind that was approved. If that one cannot be compared, no older one takes its place: the person
    /// would be shown the difference to a call that was not the last. Without a comparison the person reads the whole call.
    /// </summary>
    /// <param name="kinds">Digests of the kind.</param>
    /// <param name="facts">The facts of the question about the call.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<ApprovalComparison> CompareAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> kinds, ApprovalFacts facts, CancellationToken cancellation) =>
        await parts.Store.FindLikeAsync(kinds, parts.Time.GetUtcNow(), cancellation).ConfigureAwait(false) is { } row
            ? ApprovalComparison.Of(row, parts.Boxes.Open(row), facts) : ApprovalComparison.None;

    /// <summary>Returns the answers to a question, the oldest first, each with its person; null where that can no longer be opened.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<IReadOnlyList<(ApprovalAnswerRow Answer, ApproverFacts? Person)>> AnswersAsync(
        ApprovalRow row, CancellationToken cancellation) =>
        [.. (await StoredAnswersAsync(row, cancellation).ConfigureAwait(false)).Select(answer => (answer, parts.Boxes.Open(answer)))];

    /// <summary>Returns the persons who granted a question; one whose facts cannot be opened any more is null.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<IReadOnlyList<ApproverFacts?>> GrantersAsync(ApprovalRow row, CancellationToken cancellation) =>
        [.. (await GrantsAsync(row, cancellation).ConfigureAwait(false)).Select(static grant => grant.By)];

    /// <summary>Returns the grants of a question: the person, null where the facts cannot be opened any more, and the moment.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<IReadOnlyList<(ApproverFacts? By, DateTimeOffset At)>> GrantsAsync(ApprovalRow row, CancellationToken cancellation) =>
    [
        .. (await StoredAnswersAsync(row, cancellation).ConfigureAwait(false)).Where(static answer => answer.Grants)
            .Select(answer => (parts.Boxes.Open(answer), answer.At)),
    ];

    /// <summary>
    /// Returns the number of people who granted a question. Answers whose time in the store is over count as long as they are stored: the question
    /// can still need its entry.
    /// </summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<int> GrantedAsync(ApprovalRow row, CancellationToken cancellation) =>
        (await parts.Store.AnswersAsync(row.Id, DateTimeOffset.MinValue, cancellation).ConfigureAwait(false)).Count(static answer => answer.Grants);

    private ValueTask<IReadOnlyList<ApprovalAnswerRow>> StoredAnswersAsync(ApprovalRow row, CancellationToken cancellation) =>
        parts.Store.AnswersAsync(row.Id, parts.Time.GetUtcNow(), cancellation);

    private ValueTask<IReadOnlyList<ApprovalRow>> PageAsync(
        ApprovalState? state, ApprovalKind? kind, ApprovalRow? before, CancellationToken cancellation) =>
        parts.Store.ListAsync(state, kind, before, IApprovalStore.PageSize, parts.Time.GetUtcNow(), cancellation);
}
