namespace Gatehouse.Storage.Abstractions;

/// <summary>
/// The rows of an index over an audit log. It holds what the owner of the index gives it: sealed entries with their position and keyed tokens. It
/// knows neither the key nor the log, and is rebuilt from the log at any time. One process writes it.
/// </summary>
public interface IEntryIndexStore : IAsyncDisposable
{
    /// <summary>Returns the head; null for an index that was never begun.</summary>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="DamagedIndexException">The rows cannot be read as an index.</exception>
    /// <exception cref="StoreException">The index cannot be read.</exception>
    ValueTask<IndexHead?> ReadHeadAsync(CancellationToken cancellation = default);

    /// <summary>Removes every row and begins an empty index with a head. Nothing of the earlier rows is found afterwards.</summary>
    /// <param name="head">The head.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="StoreException">It was not committed.</exception>
    ValueTask BeginAsync(IndexHead head, CancellationToken cancellation = default);

    /// <summary>Adds entries and moves the head, in one write: after a crash both are there or neither.</summary>
    /// <param name="rows">The entries, in the order of the log.</param>
    /// <param name="head">The head after them. Its <see cref="IndexHead.Entries"/> is not read: the index counts.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="DamagedIndexException">The rows cannot be read as an index, or it was never begun.</exception>
    /// <exception cref="StoreException">It was not committed.</exception>
    ValueTask AppendAsync(IReadOnlyList<IndexedEntry> rows, IndexHead head, CancellationToken cancellation = default);

    /// <summary>Removes the entries of logs that are not in a list, with the tokens that no other entry has.</summary>
    /// <param name="logs">The logs that are still there.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The number of removed entries.</returns>
    /// <exception cref="StoreException">It was not committed.</exception>
    ValueTask<long> KeepLogsAsync(IReadOnlyCollection<string> logs, CancellationToken cancellation = default);

    /// <summary>Returns the entries that have every token of a question, by time and number.</summary>
    /// <param name="question">The question.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="DamagedIndexException">The rows cannot be read as an index.</exception>
    /// <exception cref="StoreException">The index cannot be read.</exception>
    ValueTask<IReadOnlyList<FoundEntry>> FindAsync(IndexQuestion question, CancellationToken cancellation = default);

    /// <summary>Returns the number of entries that have every token of a question. <see cref="IndexQuestion.Limit"/> is not read.</summary>
    /// <param name="question">The question.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="DamagedIndexException">The rows cannot be read as an index.</exception>
    /// <exception cref="StoreException">The index cannot be read.</exception>
    ValueTask<long> CountAsync(IndexQuestion question, CancellationToken cancellation = default);

    /// <summary>
    /// Returns the number of entries that have every token of a question, and the labels of facets with the number of those entries that have them,
    /// most first. All numbers are of one moment.
    /// </summary>
    /// <param name="question">The question.</param>
    /// <param name="facets">The facets, each 1 or more.</param>
    /// <param name="cancellation">Ends the count.</param>
    /// <returns>The counts. A facet has at most <see cref="IndexQuestion.Limit"/> labels, of those that most entries of the whole index have; none with
    /// a count of 0.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A facet is less than 1.</exception>
    /// <exception cref="DamagedIndexException">The rows cannot be read as an index.</exception>
    /// <exception cref="StoreException">The index cannot be read.</exception>
    ValueTask<IndexCounts> CountByFacetAsync(
        IndexQuestion question, IReadOnlyList<int> facets, CancellationToken cancellation = default);
}
