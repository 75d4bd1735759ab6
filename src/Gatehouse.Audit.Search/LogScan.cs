using System.Text.Json;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Text;

namespace Gatehouse.Audit.Search;

/// <summary>Answers the questions of a search by reading the whole log, without an index and without keys: for an archive, and for tests.</summary>
/// <param name="source">The log.</param>
public sealed class LogScan(ILogSource source) : IEntrySearch
{
    private const int LargestFacetAnswer = 100;

    // Names beyond it are not counted. A caller chooses names that are refused, and could choose many.
    private const int LargestNames = 100_000;

    /// <inheritdoc />
    /// <exception cref="ArgumentException">The filter has a fault.</exception>
    /// <exception cref="IOException">The log cannot be read.</exception>
    public Task<EntryPage> FindAsync(EntryFilter filter, EntryScope? scope, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(filter);
        if (filter.Fault() is { } fault) throw new ArgumentException(fault, nameof(filter));
        return Task.Run(() => Find(filter, scope, cancellation), cancellation);
    }

    /// <inheritdoc />
    /// <exception cref="ArgumentException">The filter has a fault.</exception>
    /// <exception cref="IOException">The log cannot be read.</exception>
    public Task<EntryCounts> CountByFacetAsync(EntryFilter filter, EntryScope? scope, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(filter);
        if (filter.Fault() is { } fault) throw new ArgumentException(fault, nameof(filter));
        return Task.Run(() => Count(filter, scope, cancellation), cancellation);
    }

    /// <inheritdoc />
    /// <exception cref="ArgumentException">The filter has a fault.</exception>
    /// <exception cref="IOException">The log cannot be read.</exception>
    public Task<long> CountAsync(EntryFilter filter, EntryScope? scope, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(filter);
        if (filter.Fault() is { } fault) throw new ArgumentException(fault, nameof(filter));
        return Task.Run(() => Entries(cancellation).LongCount(entry => Matches(entry.Facts, filter, scope)), cancellation);
    }

    private static bool Matches(EntryFacts facts, EntryFilter filter, EntryScope? scope)
    {
        if (facts.At < filter.Since || facts.At >= filter.Until) return false;
        var terms = facts.Terms();
        return filter.Terms().All(terms.Contains) && scope?.Includes(facts) != false;
    }

    private EntryPage Find(EntryFilter filter, EntryScope? scope, CancellationToken cancellation)
    {
        var after = filter.After is { } text ? EntryFilter.PlaceOf(text) : null;
        var behind = filter.Behind is { } first ? EntryFilter.PlaceOf(first)?.Number : null;
        // The first of the queue is the one that the next better entry replaces.
        var best = new PriorityQueue<(EntryPlace Place, EntryPosition Position, byte[] Json), (DateTimeOffset, long)>(
            Comparer<(DateTimeOffset, long)>.Create((one, other) =>
            behind is not null ? other.Item2.CompareTo(one.Item2) : filter.OldestFirst ? other.CompareTo(one) : one.CompareTo(other)));
        foreach (var (place, position, facts, json) in Entries(cancellation))
        {
            if (place.Number <= behind) continue;
            if (behind is null && after is { } last && (place.At, place.Number).CompareTo((last.At, last.Number)) is var sign
                && (filter.OldestFirst ? sign <= 0 : sign >= 0)) continue;
            if (!Matches(facts, filter, scope)) continue;
            var bytes = SealedPayload.Without(json.RootElement, JsonSerializer.SerializeToUtf8Bytes(json.RootElement, NodeJson.Default.JsonElement));
            best.Enqueue((place, position, bytes.ToArray()),
                (place.At, place.Number));
            if (best.Count > filter.Limit + 1) best.Dequeue();
        }

        var found = new List<(EntryPlace Place, EntryPosition Position, byte[] Json)>();
        while (best.TryDequeue(out var one, out _)) found.Add(one);
        found.Reverse();
        var page = found.Take(filter.Limit).ToList();
        var end = page.Count > 0 ? EntryFilter.TextOf(page[^1].Place) : null;
        return new EntryPage(
            [.. page.Select(one => JsonElement.Parse(one.Json))], found.Count > filter.Limit ? end : null, end)
        {
            Positions = [.. page.Select(one => one.Position)],
        };
    }

    private EntryCounts Count(EntryFilter filter, EntryScope? scope, CancellationToken cancellation)
    {
        var all = 0L;
        var counts = EntryTerm.Facets.ToDictionary(facet => facet, _ => new Dictionary<string, long>(StringComparer.Ordinal), StringComparer.Ordinal);
        foreach (var (_, _, facts, _) in Entries(cancellation))
        {
            if (!Matches(facts, filter, scope)) continue;
            all++;
            foreach (var term in facts.Terms().Where(term => term.Facet > 0))
            {
                var names = counts[term.Label];
                if (names.Count < LargestNames || names.ContainsKey(term.Value)) names[term.Value] = names.GetValueOrDefault(term.Value) + 1;
            }
        }

        return new EntryCounts(all, counts.ToDictionary(facet => facet.Key, facet => (IReadOnlyList<EntryCount>)
            [.. facet.Value.Select(one => new EntryCount(one.Key, one.Value)).OrderByDescending(one => one.Entries)
                .ThenBy(one => one.Value, StringComparer.Ordinal).Take(LargestFacetAnswer)], StringComparer.Ordinal));
    }

    private IEnumerable<(EntryPlace Place, EntryPosition Position, EntryFacts Facts, JsonDocument Json)> Entries(CancellationToken cancellation)
    {
        var number = 0L;
        foreach (var entry in source.ReadFrom(null))
        {
            cancellation.ThrowIfCancellationRequested();
            using var document = JsonDocument.Parse(entry.Json);
            var facts = new EntryFacts(document.RootElement);
            yield return (new EntryPlace(facts.At, ++number), entry.Position, facts, document);
        }
    }
}
