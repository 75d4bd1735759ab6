using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Gatehouse.Gateway.Limits;
using Gatehouse.Identity;
using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Configuration;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// Exchanges under way: counts them against the limits of the caller, lets them to the
/// servers in turn (EX-03), and ends those whose right is gone
/// (design rule 7).
/// </summary>
public sealed class ExchangeRegistry(TimeProvider time) : IExchangeRegistry
{
    private readonly Lock gate = new();
    private readonly HashSet<Entry> entries = [];
    private readonly HashSet<Exchange> reserved = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<CountKey, int> counts = [];
    private readonly ConcurrentDictionary<string, FairQueue> queues = new(StringComparer.Ordinal);

    /// <summary>Requests whose body is still being read or judged.</summary>
    public int Reserved
    {
        get
        {
            lock (gate) return reserved.Count;
        }
    }

    /// <summary>Exchanges under way now.</summary>
    public int Count
    {
        get
        {
            lock (gate) return entries.Count;
        }
    }

    /// <summary>
    /// Whether an exchange has lost its right by the newest snapshot. Asked of a stream as it enters: one that was admitted by
    /// the snapshot before and enters after the others were ended would otherwise outlive its right.
    /// </summary>
    public Func<Exchange, bool> HasLostRight { get; set; } = static _ => false;

    /// <inheritdoc />
    public IDisposable Reserve(Exchange exchange)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        var caller = new CountKey(CountKind.Requests, exchange.Subject!.Issuer, exchange.Subject.Subject);
        lock (gate)
        {
            Take(caller, exchange.Snapshot.Settings.Limits.ConcurrencyPerCaller, "limits.concurrencyPerCaller");
            reserved.Add(exchange);
        }

        return new Reservation(this, exchange, caller);
    }

    /// <inheritdoc />
    public IDisposable Enter(Exchange exchange, bool isStream, Action end)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        var limits = exchange.Snapshot.Settings.Limits;
        var subject = exchange.Subject!;
        var caller = new CountKey(isStream ? CountKind.Streams : CountKind.Requests, subject.Issuer, subject.Subject);
        var entry = new Entry(this, exchange, end, caller) { IsStream = isStream };
        lock (gate)
        {
            var hasPlace = reserved.Remove(exchange);
            if (hasPlace && isStream) Return(new CountKey(CountKind.Requests, subject.Issuer, subject.Subject)); // a stream has a place of its own kind
            if (!hasPlace || isStream) Take(caller, isStream ? limits.StreamsPerCaller : limits.ConcurrencyPerCaller, isStream ? "limits.streamsPerCaller" : "limits.concurrencyPerCaller");
            entries.Add(entry);
        }

        if (!isStream) return entry;
        entry.EndAt(exchange.Caller.ExpiresAt, time);
        if (HasLostRight(exchange)) entry.End();
        return entry;
    }

    /// <summary>The streams under way now.</summary>
    public IReadOnlyList<Exchange> Streams()
    {
        lock (gate) return [.. entries.Where(entry => entry.IsStream).Select(entry => entry.Exchange)];
    }

    /// <inheritdoc />
    public ValueTask<IDisposable> WaitForTurnAsync(Exchange exchange, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        var server = exchange.Server;
        var bounds = new QueueBounds(server.Concurrency, exchange.Snapshot.Settings.Limits.CallerShare, server.QueuePerCaller, server.Queue, server.QueueWait);
        var caller = CallerPartition.Of(exchange.Subject!.Issuer, exchange.Subject.Subject);
        var queue = queues.GetOrAdd(server.Name, static (_, clock) => new FairQueue(clock), time);
        return queue.TryEnter(caller, bounds) is { } place ? ValueTask.FromResult(place) : queue.WaitAsync(caller, bounds, cancellation);
    }

    /// <summary>Requests that wait for a place at the server.</summary>
    public int Waiting(string server) => queues.TryGetValue(server, out var queue) ? queue.Waiting : 0;

    /// <summary>Ends streams that the predicate names; a message under way keeps the snapshot it began with (design rule 7).</summary>
    public int EndStreams(Func<Exchange, bool> whose) => End(whose, streamsAlone: true);

    /// <summary>Ends exchanges that the predicate names; returns how many.</summary>
    public int End(Func<Exchange, bool> whose) => End(whose, streamsAlone: false);

    private int End(Func<Exchange, bool> whose, bool streamsAlone)
    {
        ArgumentNullException.ThrowIfNull(whose);
        Entry[] underWay;
        lock (gate) underWay = [.. entries];
        var count = 0;
        foreach (var entry in underWay)
        {
            if ((streamsAlone && !entry.IsStream) || !whose(entry.Exchange)) continue;
            entry.End();
            count++;
        }

        return count;
    }

    private void Take(in CountKey key, int limit, string name)
    {
        ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(counts, key, out _);
        if (count < limit)
        {
            count++;
            return;
        }

        if (count == 0) counts.Remove(key);
        throw new RefusalException(Reasons.TooBusy, name);
    }

    // A caller that has gone leaves nothing behind.
    private void Return(in CountKey key)
    {
        ref var count = ref CollectionsMarshal.GetValueRefOrNullRef(counts, key);
        if (count > 1) count--;
        else counts.Remove(key);
    }

    private void Leave(Entry entry, in CountKey caller)
    {
        lock (gate)
        {
            if (entries.Remove(entry)) Return(caller);
        }
    }

    private void GiveBack(Exchange exchange, in CountKey caller)
    {
        lock (gate)
        {
            if (reserved.Remove(exchange)) Return(caller);
        }
    }

    private sealed class Reservation(ExchangeRegistry registry, Exchange exchange, CountKey caller) : IDisposable
    {
        public void Dispose() => registry.GiveBack(exchange, caller);
    }

    private enum CountKind
    {
        Requests,
        Streams,
    }

    /// <summary>Whose exchanges are counted: issuer and subject of a caller.</summary>
    private readonly record struct CountKey(CountKind Kind, string First, string Second);

    private sealed class Entry(ExchangeRegistry registry, Exchange exchange, Action end, CountKey caller) : IDisposable
    {
        private ITimer? expiry;

        public Exchange Exchange => exchange;

        public bool IsStream { get; init; }

        public void EndAt(DateTimeOffset moment, TimeProvider time)
        {
            var left = moment - time.GetUtcNow();
            // A timer takes at most 49 days; tokens that live longer are judged anew by then.
            var due = left < TimeSpan.Zero ? TimeSpan.Zero : left > TimeSpan.FromDays(40) ? TimeSpan.FromDays(40) : left;
            expiry = time.CreateTimer(_ => End(), null, due, Timeout.InfiniteTimeSpan);
        }

        public void End() => end();

        public void Dispose()
        {
            expiry?.Dispose();
            registry.Leave(this, caller);
        }
    }
}
