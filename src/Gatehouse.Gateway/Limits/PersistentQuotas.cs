using Gatehouse.Diagnostics;
using Gatehouse.Pipeline.Bounds;
using Gatehouse.Storage.Abstractions;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Gateway.Limits;

/// <summary>
/// Keeps the counts of the day across restarts. They are read at the start, and written every few seconds and at the end. A crash loses at most the
/// counts since the last write. A stop loses nothing.
/// </summary>
public sealed class PersistentQuotas : IQuotaDays, IAsyncDisposable
{
    /// <summary>The interval between two writes of the counts.</summary>
    public static readonly TimeSpan SaveEvery = TimeSpan.FromSeconds(5);

    private readonly IQuotaStore store;
    private readonly ILogger log;
    private readonly Dictionary<string, QuotaDay> known = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim saving = new(1, 1);
    private readonly ITimer timer;

    /// <summary>Continues with the counts of the store.</summary>
    /// <param name="store">The store of the counts.</param>
    /// <param name="today">The rows of today in the store.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Receives events for the operator.</param>
    public PersistentQuotas(IQuotaStore store, IEnumerable<QuotaDayRow> today, TimeProvider time, ILogger log)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(today);
        ArgumentNullException.ThrowIfNull(time);
        this.store = store;
        this.log = log;
        foreach (var row in today)
            known[row.Digest] = new QuotaDay(row.Digest, row.Day, row.Requests, row.Bytes);
        Table = new QuotaTable(this, time);
        timer = GuardedTimer.StartTask(time, "save of quotas", SaveAsync, SaveEvery, SaveEvery, log);
    }

    /// <summary>The accounts.</summary>
    public QuotaTable Table { get; }

    /// <inheritdoc />
    public QuotaDay? Find(string digest) => known.GetValueOrDefault(digest);

    /// <summary>Writes the counts that changed. A count that the store refuses stays in memory, and the operator learns it.</summary>
    public async Task SaveAsync()
    {
        await saving.WaitAsync().ConfigureAwait(false);
        try
        {
            // All at the same time: they share commits.
            await Task.WhenAll(Table.TakeUnsaved().Select(day =>
                store.SaveAsync(new QuotaDayRow(day.Digest, day.Day, day.Requests, day.Bytes)).AsTask())).ConfigureAwait(false);
        }
        catch (Exception e) when (e is StoreException or ObjectDisposedException)
        {
            log.Write(OperatorEvents.QuotasNotStored, LogValue.Cause(e));
        }
        finally
        {
            saving.Release();
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await timer.DisposeAsync().ConfigureAwait(false);
        await SaveAsync().ConfigureAwait(false);
        saving.Dispose();
    }
}
