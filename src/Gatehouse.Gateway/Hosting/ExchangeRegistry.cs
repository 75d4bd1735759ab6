using System.Runtime.InteropServices;
using Gatehouse.Identity;
using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Configuration;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// Exchanges under way: counts them against the limits of caller and server (EX-03) and ends those whose right is gone
/// (design rule 7).
/// </summary>
public sealed class ExchangeRegistry(TimeProvider time) : IExchangeRegistry
{
    private readonly Lock gate = new();
    private readonly HashSet<Entry> entries = [];
    private readonly Dictionary<CountKey, int> counts = [];

    /// <summary>Exchanges under way now.</summary>
    public int Count
    {
        get
        {
            lock (gate) return entries.Count;
        }
    }

    /// <inheritdoc />
    public IDisposable Enter(Exchange exchange, bool isStream, Action end)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        var limits = exchange.Snapshot.Settings.Limits;
        var subject = exchange.Subject!;
        var caller = new CountKey(isStream ? CountKind.Streams : CountKind.Requests, subject.Issuer, subject.Subject);
        var server = isStream ? (CountKey?)null : new CountKey(CountKind.Server, exchange.Server.Name, "");
        var entry = new Entry(this, exchange, end, caller, server);
        lock (gate)
        {
            Take(caller, isStream ? limits.StreamsPerCaller : limits.ConcurrencyPerCaller, isStream ? "limits.streamsPerCaller" : "limits.concurrencyPerCaller");
            try
            {
                if (server is { } key) Take(key, exchange.Server.Concurrency, "limits.concurrency of the server");
            }
            catch
            {
                Return(caller);
                throw;
            }

            entries.Add(entry);
        }

        if (isStream) entry.EndAt(exchange.Caller.ExpiresAt, time);
        return entry;
    }

    /// <summary>The exchanges under way now.</summary>
    public IReadOnlyList<Exchange> UnderWay()
    {
        lock (gate) return [.. entries.Select(entry => entry.Exchange)];
    }

    /// <summary>Ends exchanges that the predicate names; returns how many.</summary>
    public int End(Func<Exchange, bool> whose)
    {
        ArgumentNullException.ThrowIfNull(whose);
        Entry[] underWay;
        lock (gate) underWay = [.. entries];
        var count = 0;
        foreach (var entry in underWay)
        {
            if (!whose(entry.Exchange)) continue;
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

    private void Leave(Entry entry, in CountKey caller, in CountKey? server)
    {
        lock (gate)
        {
            if (!entries.Remove(entry)) return;
            Return(caller);
            if (server is { } key) Return(key);
        }
    }

    private enum CountKind
    {
        Requests,
        Streams,
        Server,
    }

    /// <summary>Whose exchanges are counted: issuer and subject of a caller, or the name of a server.</summary>
    private readonly record struct CountKey(CountKind Kind, string First, string Second);

    private sealed class Entry(ExchangeRegistry registry, Exchange exchange, Action end, CountKey caller, CountKey? server) : IDisposable
    {
        private ITimer? expiry;

        public Exchange Exchange => exchange;

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
            registry.Leave(this, caller, server);
        }
    }
}
