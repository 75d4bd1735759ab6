namespace Gatehouse.Audit.Search;

/// <summary>Questions to an audit log.</summary>
public interface IEntrySearch
{
    /// <summary>Returns a page of the entries that a filter finds, by time.</summary>
    /// <param name="filter">The filter; one without a fault.</param>
    /// <param name="scope">The only entries that may be found; null for all.</param>
    /// <param name="cancellation">Ends the search.</param>
    Task<EntryPage> FindAsync(EntryFilter filter, EntryScope? scope, CancellationToken cancellation);

    /// <summary>Counts the entries that a filter finds, in all and by facet.</summary>
    /// <param name="filter">The filter; one without a fault. Page and order change nothing.</param>
    /// <param name="scope">As in <see cref="FindAsync"/>.</param>
    /// <param name="cancellation">Ends the count.</param>
    Task<EntryCounts> CountByFacetAsync(EntryFilter filter, EntryScope? scope, CancellationToken cancellation);

    /// <summary>Counts the entries that a filter finds, without counts by facet, which cost far more.</summary>
    /// <param name="filter">The filter; one without a fault. Page and order change nothing.</param>
    /// <param name="scope">As in <see cref="FindAsync"/>.</param>
    /// <param name="cancellation">Ends the count.</param>
    Task<long> CountAsync(EntryFilter filter, EntryScope? scope, CancellationToken cancellation);
}
