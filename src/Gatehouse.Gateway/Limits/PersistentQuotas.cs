using Gatehouse.Diagnostics;
using Gatehouse.Pipeline.Bounds;
using Gatehouse.Storage.Abstractions;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Gateway.Limits;

/// <summary>
/// Keeps the counts of the day across restarts: read at the start, written every few seconds and at the end. A crash forgets
/// at most what was counted since the last write; a stop forgets nothing.
/// </summary>
public sealed class PersistentQuotas : IQuotaDays, IAsyncDisposable
{
    /// <summary>How often counts are written.</summary>
    public static readonly TimeSpan SaveEvery = TimeSpan.FromSeconds(5);

    private readonly IQuotaStore store;
    private readonly ILogger log;
    private readonly Dictionary<string, QuotaDay> known = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim saving = new(1, 1);
    private readonly ITimer timer;

    /// <summary>Goes on where the store is.</summary>
    /// <param name="store">Where counts are written.</param>
    /// <param name="today">What the store has of today.</param>
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

    /// <summary>Writes what changed. What the store refuses is told to the operator and counted on in memory.</summary>
    public async Task SaveAsync()
    {
        await saving.WaitAsync().ConfigureAwait(false);
        try
        {
            // All at once: they share commits.
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
