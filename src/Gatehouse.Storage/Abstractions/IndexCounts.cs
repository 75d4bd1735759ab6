namespace Gatehouse.Storage.Abstractions;

/// <summary>Counts of the entries that a question finds, of one moment.</summary>
/// <param name="Entries">The number of entries.</param>
/// <param name="ByFacet">For each facet its labels with their counts, most first.</param>
public sealed record IndexCounts(long Entries, IReadOnlyDictionary<int, IReadOnlyList<FacetCount>> ByFacet);
