using System.Collections.Concurrent;
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
    private readonly ConcurrentDictionary<long, Entry> entries = new();
    private readonly ConcurrentDictionary<string, int> counts = new(StringComparer.Ordinal);
    private long lastKey;

    /// <summary>Exchanges under way now.</summary>
    public int Count => entries.Count;

    /// <inheritdoc />
    public IDisposable Enter(Exchange exchange, bool isStream, Action end)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        var limits = exchange.Snapshot.Settings.Limits;
        var caller = CallerKey(exchange, isStream);
        var server = "server " + exchange.Server.Name;
        Take(caller, isStream ? limits.StreamsPerCaller : limits.ConcurrencyPerCaller, isStream ? "limits.streamsPerCaller" : "limits.concurrencyPerCaller");
        try
        {
            if (!isStream) Take(server, exchange.Server.Concurrency, "limits.concurrency of the server");
        }
        catch
        {
            Return(caller);
            throw;
        }

        var key = Interlocked.Increment(ref lastKey);
        var entry = new Entry(this, key, exchange, end, caller, isStream ? null : server);
        entries[key] = entry;
        if (isStream) entry.EndAt(exchange.Caller.ExpiresAt, time);
        return entry;
    }

    /// <summary>Ends exchanges that the predicate names; returns how many.</summary>
    public int End(Func<Exchange, bool> whose)
    {
        ArgumentNullException.ThrowIfNull(whose);
        var count = 0;
        foreach (var entry in entries.Values)
        {
            if (!whose(entry.Exchange)) continue;
            entry.End();
            count++;
        }

        return count;
    }

    private void Take(string key, int limit, string name)
    {
        var now = counts.AddOrUpdate(key, 1, static (_, count) => count + 1);
        if (now <= limit) return;
        Return(key);
        throw new RefusalException(Reasons.TooBusy, name);
    }

    private void Return(string key)
    {
        var now = counts.AddOrUpdate(key, 0, static (_, count) => count - 1);
        // A caller that has gone leaves nothing behind; the pair form removes only if it is still zero.
        if (now == 0) counts.TryRemove(KeyValuePair.Create(key, 0));
    }

    private static string CallerKey(Exchange exchange, bool isStream)
    {
        var subject = exchange.Subject!;
        return string.Concat(isStream ? "stream " : "caller ", subject.Issuer, "\n", subject.Subject);
    }

    private sealed class Entry(ExchangeRegistry registry, long key, Exchange exchange, Action end, string caller, string? server) : IDisposable
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
            if (!registry.entries.TryRemove(key, out _)) return;
            registry.Return(caller);
            if (server is not null) registry.Return(server);
        }
    }
}
