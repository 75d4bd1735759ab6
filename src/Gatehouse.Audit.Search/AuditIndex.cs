using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gatehouse.Storage;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Audit.Search;

/// <summary>
/// The index of an audit log. It follows the log: before each answer it reads the entries behind the last one that it has, and never reads an
/// earlier one again. It is made again from the log where its key is not that of the ring, where the log is another one, and where it is damaged.
/// </summary>
/// <remarks>
/// <para>Nothing about a person is readable in it: entries are sealed to their position, and found by keyed tokens. A sealed payload of the log is
/// not in the index.</para>
/// <para>Whoever can write the file can remove entries from it unnoticed, and change counts. The log is the evidence, never the index. An entry that
/// is found for a reader with a scope is compared with the scope once more after it is opened.</para>
/// </remarks>
public sealed class AuditIndex : IEntrySearch, IAsyncDisposable
{
    /// <summary>The version of tokens and boxes that this build writes. Another one is made again.</summary>
    public const int FormatVersion = 8;

    private const int LargestBatch = 2000;
    private const int LargestBatchBytes = 8 << 20;
    private const int LargestFacetAnswer = 100;
    private const int LargestLabels = 50_000;

    private static readonly byte[] LabelBinding = "label of a facet"u8.ToArray();

    private readonly Func<IEntryIndexStore> open;
    private readonly Action delete;
    private Func<bool> exists = static () => true;
    private Func<byte[]> secret = static () => [];
    private byte[]? secretNow; // since the index was opened
    private readonly KeyRing ring;
    private readonly ILogSource source;
    private readonly Action<IndexRebuild> report;
    private readonly SemaphoreSlim turn = new(1, 1);
    private IEntryIndexStore? store;
    private IndexKeys? keys;
    private readonly Dictionary<IndexToken, byte[]> labels = [];

    /// <summary>Makes an index. Nothing is opened before the first question.</summary>
    /// <param name="open">Opens the rows.</param>
    /// <param name="delete">Deletes the rows, which are closed.</param>
    /// <param name="ring">The key ring.</param>
    /// <param name="source">The log.</param>
    /// <param name="report">Takes the reason each time the index is made again.</param>
    public AuditIndex(Func<IEntryIndexStore> open, Action delete, KeyRing ring, ILogSource source, Action<IndexRebuild> report)
    {
        this.open = open;
        this.delete = delete;
        this.ring = ring;
        this.source = source;
        this.report = report;
    }

    /// <summary>Makes an index in a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="ring">The key ring.</param>
    /// <param name="source">The log.</param>
    /// <param name="report">As in the constructor.</param>
    public static AuditIndex InFile(string path, KeyRing ring, ILogSource source, Action<IndexRebuild> report) => new(
        () =>
        {
            var file = EntryIndexFile.Open(path);
            if (file.WasDamaged) report(new IndexRebuild(IndexRebuild.Damaged, $"the index {path} was damaged; it is built again from the log"));
            return file;
        },
        () => Delete(path), ring, source, report)
    { exists = () => File.Exists(path), secret = SecretOf(path).ReadOrMake };

    private static IndexSecret SecretOf(string path) => new(path + ".key");

    // The key first: what a fault or the end of the process leaves of the index opens no more.
    private static void Delete(string path)
    {
        try
        {
            SecretOf(path).Destroy();
        }
        finally
        {
            EntryIndexFile.Delete(path);
        }
    }

    /// <summary>Reads the entries that the index does not have yet.</summary>
    /// <param name="cancellation">Ends the reading between two batches. What was added stays.</param>
    /// <returns>The number of entries that were read.</returns>
    /// <exception cref="StoreException">The index cannot be written.</exception>
    /// <exception cref="IOException">The log cannot be read.</exception>
    public Task<long> CatchUpAsync(CancellationToken cancellation) => InTurnAsync(FollowAsync, cancellation);

    /// <summary>Deletes the index and makes it again.</summary>
    /// <param name="cancellation">Ends the reading between two batches.</param>
    /// <returns>The number of entries in it.</returns>
    /// <exception cref="StoreException">The index cannot be written.</exception>
    /// <exception cref="IOException">The log cannot be read.</exception>
    public Task<long> RebuildAsync(CancellationToken cancellation) => InTurnAsync(async token =>
    {
        await DropAsync().ConfigureAwait(false);
        return await FollowAsync(token).ConfigureAwait(false);
    }, cancellation);

    /// <summary>Deletes the index. The next question makes it again, from what can be opened then.</summary>
    /// <exception cref="StoreException">The index cannot be deleted.</exception>
    public Task DeleteAsync() => InTurnAsync(async _ =>
    {
        await DropAsync().ConfigureAwait(false);
        return 0L;
    }, CancellationToken.None);

    /// <summary>
    /// Deletes an index that may not be used any more, such as one that was made before keys of persons were destroyed. Another one stays. The next
    /// question makes it again.
    /// </summary>
    /// <returns>True where an index was deleted.</returns>
    /// <exception cref="StoreException">The index cannot be read or deleted.</exception>
    public Task<bool> DeleteOutdatedAsync() => InTurnAsync(async token =>
    {
        if (store is null && !exists()) return false;
        store ??= open();
        if (await store.ReadHeadAsync(token).ConfigureAwait(false) is not { } head) return false;
        using var now = Opened(head);
        if (now is not null) return false;
        await DropAsync().ConfigureAwait(false);
        return true;
    }, CancellationToken.None);

    /// <inheritdoc />
    /// <exception cref="ArgumentException">The filter has a fault.</exception>
    /// <exception cref="StoreException">The index cannot be written or read.</exception>
    /// <exception cref="IOException">The log cannot be read.</exception>
    public Task<EntryPage> FindAsync(EntryFilter filter, EntryScope? scope, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(filter);
        if (filter.Fault() is { } fault) throw new ArgumentException(fault, nameof(filter));
        return InTurnAsync(async token =>
        {
            await FollowAsync(token).ConfigureAwait(false);
            // One more than asked for shows whether there is a further page.
            var found = await store!.FindAsync(Question(filter, scope, filter.Limit + 1), token).ConfigureAwait(false);
            var page = found.Take(filter.Limit).ToList();
            var last = page.Count > 0 ? EntryFilter.TextOf(page[^1].Place) : null;
            var entries = found.Select(one => Checked(Open(one), scope)).ToList(); // also the one behind the page, which shows that there is one
            return new EntryPage([.. entries.Take(filter.Limit)], found.Count > filter.Limit ? last : null, last)
            {
                Positions = [.. page.Select(one => new EntryPosition(one.Log, one.Index))],
            };
        }, cancellation);
    }

    /// <inheritdoc />
    /// <exception cref="ArgumentException">The filter has a fault.</exception>
    /// <exception cref="StoreException">The index cannot be written or read.</exception>
    /// <exception cref="IOException">The log cannot be read.</exception>
    public Task<EntryCounts> CountByFacetAsync(EntryFilter filter, EntryScope? scope, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(filter);
        if (filter.Fault() is { } fault) throw new ArgumentException(fault, nameof(filter));
        return InTurnAsync(async token =>
        {
            await FollowAsync(token).ConfigureAwait(false);
            var question = Question(filter with { After = null, Behind = null }, scope, LargestFacetAnswer);
            var counts = await store!.CountByFacetAsync(question, [.. Enumerable.Range(1, EntryTerm.Facets.Count)], token).ConfigureAwait(false);
            return new EntryCounts(counts.Entries,
                counts.ByFacet.ToDictionary(facet => EntryTerm.Facets[facet.Key - 1], facet => Counts(facet.Value), StringComparer.Ordinal));
        }, cancellation);
    }

    /// <inheritdoc />
    /// <exception cref="ArgumentException">The filter has a fault.</exception>
    /// <exception cref="StoreException">The index cannot be written or read.</exception>
    /// <exception cref="IOException">The log cannot be read.</exception>
    public Task<long> CountAsync(EntryFilter filter, EntryScope? scope, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(filter);
        if (filter.Fault() is { } fault) throw new ArgumentException(fault, nameof(filter));
        return InTurnAsync(async token =>
        {
            await FollowAsync(token).ConfigureAwait(false);
            return await store!.CountAsync(Question(filter with { After = null, Behind = null }, scope, filter.Limit), token).ConfigureAwait(false);
        }, cancellation);
    }

    /// <summary>Returns entries as the log holds them, with their sealed payloads. The log is read at their positions.</summary>
    /// <param name="filter">The filter; one without a fault.</param>
    /// <param name="scope">As in <see cref="FindAsync"/>.</param>
    /// <param name="cancellation">Ends the search.</param>
    /// <exception cref="ArgumentException">The filter has a fault.</exception>
    /// <exception cref="StoreException">The index cannot be written or read.</exception>
    /// <exception cref="IOException">The log cannot be read.</exception>
    public Task<IReadOnlyList<JsonElement>> FindWholeAsync(EntryFilter filter, EntryScope? scope, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(filter);
        if (filter.Fault() is { } fault) throw new ArgumentException(fault, nameof(filter));
        return InTurnAsync<IReadOnlyList<JsonElement>>(async token =>
        {
            await FollowAsync(token).ConfigureAwait(false);
            var found = await store!.FindAsync(Question(filter, scope, filter.Limit), token).ConfigureAwait(false);
            return await Task.Run(() => found.Select(one => Checked(Whole(one), scope)).ToList(), token).ConfigureAwait(false);
        }, cancellation);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await turn.WaitAsync().ConfigureAwait(false);
        await CloseAsync().ConfigureAwait(false);
    }

    // Damage is found while reading. The index is made again, and the question is asked once more.
    private async Task<T> InTurnAsync<T>(Func<CancellationToken, Task<T>> act, CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            try
            {
                return await act(cancellation).ConfigureAwait(false);
            }
            catch (DamagedIndexException fault)
            {
                report(new IndexRebuild(IndexRebuild.Damaged, $"{fault.Message}; the index is built again from the log"));
                await DropAsync().ConfigureAwait(false);
                return await act(cancellation).ConfigureAwait(false);
            }
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<long> FollowAsync(CancellationToken cancellation)
    {
        store ??= open();
        var head = await store.ReadHeadAsync(cancellation).ConfigureAwait(false);
        if (head is not null) head = await CheckKeyAsync(head).ConfigureAwait(false);
        head ??= await BeginAsync(cancellation).ConfigureAwait(false);
        var logs = await Task.Run(source.Logs, cancellation).ConfigureAwait(false);
        if (head.Entries > 0) await store.KeepLogsAsync([.. logs], cancellation).ConfigureAwait(false);
        var from = head.Log is { } log ? new EntryPosition(log, head.Index) : (EntryPosition?)null;
        return await ReadAsync(head, from, from is { } known && logs.Contains(known.Log), cancellation).ConfigureAwait(false);
    }

    // An index must not outlive its key, nor the keys of the persons whose facts it has.
    private async ValueTask<IndexHead?> CheckKeyAsync(IndexHead head)
    {
        if (Opened(head) is { } now)
        {
            keys?.Dispose();
            keys = now;
            return head;
        }

        report(head.Format != FormatVersion
            ? new IndexRebuild(IndexRebuild.OtherFormat,
                $"the index has format {head.Format} of another build; this build has {FormatVersion}; it is built again from the log")
            : new IndexRebuild(IndexRebuild.OtherKeys,
                "the index is of another key ring, or keys of persons were destroyed since; it is built again from the log"));
        await DropAsync().ConfigureAwait(false);
        store = open();
        return null;
    }

    // The keys of an index that may be used; null for one of another format, ring or state of the keys of persons.
    private IndexKeys? Opened(IndexHead head)
    {
        if (head.Format != FormatVersion || head.Salt.Length != IndexKeys.SaltBytes) return null;
        var now = NewKeys(head.Salt.Span);
        if (CryptographicOperations.FixedTimeEquals(now.Check(source.State), head.Check.Span)) return now;
        now.Dispose();
        return null;
    }

    private async Task<IndexHead> BeginAsync(CancellationToken cancellation)
    {
        var salt = RandomNumberGenerator.GetBytes(IndexKeys.SaltBytes);
        keys?.Dispose();
        keys = NewKeys(salt);
        var head = new IndexHead(FormatVersion, salt, keys.Check(source.State));
        await store!.BeginAsync(head, cancellation).ConfigureAwait(false);
        return head;
    }

    private IndexKeys NewKeys(ReadOnlySpan<byte> salt) => new(ring, [.. salt, .. secretNow ??= secret()]);

    private async Task<long> ReadAsync(IndexHead head, EntryPosition? from, bool isThere, CancellationToken cancellation)
    {
        var read = 0L;
        using var entries = source.ReadFrom(from).GetEnumerator();
        if (isThere && !await Task.Run(() => IsSame(entries, head, from!.Value), cancellation).ConfigureAwait(false))
            throw new DamagedIndexException("the index was made from another log");
        // The next entries are read while those before them are written.
        var reading = Task.Run(() => Batch(entries, head), cancellation);
        try
        {
            while (await reading.ConfigureAwait(false) is { Rows.Count: > 0 } batch)
            {
                reading = Task.Run(() => Batch(entries, batch.Head), cancellation);
                await store!.AppendAsync(batch.Rows, batch.Head, cancellation).ConfigureAwait(false);
                read += batch.Rows.Count;
            }
        }
        finally
        {
            // The log is closed behind this.
            await ((Task)reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return read;
    }

    private bool IsSame(IEnumerator<SourceEntry> entries, IndexHead head, EntryPosition position) =>
        entries.MoveNext() && entries.Current.Position == position
        && CryptographicOperations.FixedTimeEquals(keys!.Digest(entries.Current.Json.Span), head.LastDigest.Span);

    private (IReadOnlyList<IndexedEntry> Rows, IndexHead Head) Batch(IEnumerator<SourceEntry> entries, IndexHead head)
    {
        List<IndexedEntry> rows = [];
        var bytes = 0L;
        while (rows.Count < LargestBatch && bytes < LargestBatchBytes && entries.MoveNext())
        {
            var (position, json) = (entries.Current.Position, entries.Current.Json);
            rows.Add(Row(position, json));
            bytes += rows[^1].Box.Length;
            head = head with { Log = position.Log, Index = position.Index, LastDigest = keys!.Digest(json.Span) };
        }

        return (rows, head);
    }

    private IndexedEntry Row(EntryPosition position, ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        var facts = new EntryFacts(document.RootElement);
        var plain = SealedPayload.Without(document.RootElement, json);
        return new IndexedEntry(position.Log, position.Index, facts.At, keys!.Seal(plain.Span, IndexKeys.BoundTo(position.Log, position.Index)),
            [.. facts.Terms().Select(Term)]);
    }

    private IndexTerm Term(EntryTerm term)
    {
        var token = keys!.TokenOf(term);
        return term.Facet is > 0 and var facet ? new IndexTerm(token, facet, Label(term, token)) : new IndexTerm(token);
    }

    private byte[] Label(in EntryTerm term, in IndexToken token)
    {
        if (labels.TryGetValue(token, out var label)) return label;
        if (labels.Count >= LargestLabels) labels.Clear();
        return labels[token] = keys!.Seal(Encoding.UTF8.GetBytes(term.Value), LabelBinding);
    }

    private IReadOnlyList<EntryCount> Counts(IReadOnlyList<FacetCount> counts) =>
        [.. counts.Select(Count).OrderByDescending(one => one.Entries).ThenBy(one => one.Value, StringComparer.Ordinal)];

    private EntryCount Count(FacetCount count) => new(Encoding.UTF8.GetString(keys!.Open(count.Label.Span, LabelBinding)), count.Entries);

    private JsonElement Open(FoundEntry found)
    {
        using var document = JsonDocument.Parse(keys!.Open(found.Box.Span, IndexKeys.BoundTo(found.Log, found.Index)));
        return document.RootElement.Clone();
    }

    private JsonElement Whole(FoundEntry found)
    {
        var position = new EntryPosition(found.Log, found.Index);
        using var entries = source.ReadFrom(position).GetEnumerator();
        if (!entries.MoveNext() || entries.Current.Position != position) throw new DamagedIndexException("an entry is not at its position in the log");
        using var document = JsonDocument.Parse(entries.Current.Json);
        return document.RootElement.Clone();
    }

    // Whoever can write the file can give an entry the token of another person or group. The entry itself says whose it is, and it is sealed.
    private static JsonElement Checked(JsonElement entry, EntryScope? scope) => scope?.Includes(new EntryFacts(entry)) == false
        ? throw new DamagedIndexException("an entry of the index is under the token of another person or group") : entry;

    private IndexQuestion Question(EntryFilter filter, EntryScope? scope, int limit)
    {
        var tokens = filter.Terms().Select(term => keys!.TokenOf(term)).ToList();
        return new IndexQuestion(tokens.Count > 0 ? tokens : [keys!.TokenOf(new EntryTerm(EntryTerm.Every, ""))], limit)
        {
            Any = scope is null ? null : [.. scope.Terms().Select(term => keys!.TokenOf(term))],
            Since = filter.Since,
            Until = filter.Until,
            OldestFirst = filter.OldestFirst,
            Behind = filter.Behind is { } behind ? EntryFilter.PlaceOf(behind)?.Number : null,
            After = filter.After is { } after ? EntryFilter.PlaceOf(after) : null,
        };
    }

    private async ValueTask DropAsync()
    {
        await CloseAsync().ConfigureAwait(false);
        delete();
    }

    private async ValueTask CloseAsync()
    {
        if (store is { } opened) await opened.DisposeAsync().ConfigureAwait(false);
        store = null;
        keys?.Dispose();
        keys = null;
        CryptographicOperations.ZeroMemory(secretNow);
        secretNow = null;
        labels.Clear();
    }
}
