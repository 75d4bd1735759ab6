using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Testing.Stores;

/// <summary>An index of a log without a disk, which reads every row for every question.</summary>
/// <param name="data">The rows; another index may have had them.</param>
public sealed class InMemoryEntryIndex(InMemoryEntryIndexData data) : IEntryIndexStore
{
    /// <inheritdoc />
    public ValueTask<IndexHead?> ReadHeadAsync(CancellationToken cancellation = default) => Locked(() => data.Head, cancellation);

    /// <inheritdoc />
    public async ValueTask BeginAsync(IndexHead head, CancellationToken cancellation = default) => await Locked(() =>
    {
        data.Rows.Clear();
        data.Terms.Clear();
        data.Newest = 0;
        return data.Head = head with { Entries = 0 };
    }, cancellation).ConfigureAwait(false);

    /// <inheritdoc />
    public async ValueTask AppendAsync(IReadOnlyList<IndexedEntry> rows, IndexHead head, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        foreach (var row in rows) row.Validate();
        await Locked(() =>
        {
            if (data.Head is not { } before) throw new DamagedIndexException("the index was never begun");
            foreach (var row in rows)
            {
                data.Rows.Add((++data.Newest, row));
                foreach (var term in row.Terms) data.Terms.TryAdd(term.Token, term);
            }

            return data.Head = head with { Entries = before.Entries + rows.Count };
        }, cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public ValueTask<long> KeepLogsAsync(IReadOnlyCollection<string> logs, CancellationToken cancellation = default) => Locked(() =>
    {
        long removed = data.Rows.RemoveAll(one => !logs.Contains(one.Row.Log));
        var kept = data.Rows.SelectMany(one => one.Row.Terms).Select(term => term.Token).ToHashSet();
        foreach (var token in data.Terms.Keys.Where(token => !kept.Contains(token)).ToList()) data.Terms.Remove(token);
        if (data.Head is { } head) data.Head = head with { Entries = head.Entries - removed };
        return removed;
    }, cancellation);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<FoundEntry>> FindAsync(IndexQuestion question, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(question);
        question.Validate();
        return Locked(() => Find(question), cancellation);
    }

    /// <inheritdoc />
    public ValueTask<long> CountAsync(IndexQuestion question, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(question);
        question.Validate();
        return Locked(() => (long)Matching(question).Count(), cancellation);
    }

    /// <inheritdoc />
    public ValueTask<IndexCounts> CountByFacetAsync(
        IndexQuestion question, IReadOnlyList<int> facets, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(facets);
        foreach (var facet in facets) ArgumentOutOfRangeException.ThrowIfLessThan(facet, 1, nameof(facets));
        question.Validate();
        return Locked(() => new IndexCounts(
            Matching(question).Count(), facets.Distinct().ToDictionary(facet => facet, facet => Count(question, facet))), cancellation);
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private IReadOnlyList<FacetCount> Count(IndexQuestion question, int facet) =>
    [
        .. Matching(question).SelectMany(one => one.Row.Terms).Where(term => data.Terms[term.Token].Facet == facet)
            .GroupBy(term => term.Token).OrderByDescending(group => group.Count()).Take(question.Limit)
            .Select(group => new FacetCount(data.Terms[group.Key].Label, group.Count())),
    ];

    private IReadOnlyList<FoundEntry> Find(IndexQuestion question)
    {
        var order = Comparer<EntryPlace>.Create(static (one, other) => (one.At, one.Number).CompareTo((other.At, other.Number)));
        var found = Matching(question).Select(one => new FoundEntry(new EntryPlace(one.Row.At, one.Number), one.Row.Log, one.Row.Index, one.Row.Box));
        var rest = found.Where(one => question.After is not { } after || order.Compare(one.Place, after) is var sign
            && (question.OldestFirst ? sign > 0 : sign < 0));
        if (question.Behind is { } number) return [.. found.Where(one => one.Place.Number > number).Take(question.Limit)];
        var sorted = question.OldestFirst ? rest.OrderBy(one => one.Place, order) : rest.OrderByDescending(one => one.Place, order);
        return [.. sorted.Take(question.Limit)];
    }

    private IEnumerable<(long Number, IndexedEntry Row)> Matching(IndexQuestion question) => data.Rows.Where(one =>
        question.All.All(token => Has(one.Row, token)) && question.Any?.Any(token => Has(one.Row, token)) != false
        && !(one.Row.At < question.Since) && !(one.Row.At >= question.Until));

    private static bool Has(IndexedEntry row, IndexToken token) => row.Terms.Any(term => term.Token == token);

    private ValueTask<T> Locked<T>(Func<T> act, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        lock (data.Gate) return ValueTask.FromResult(act());
    }
}
