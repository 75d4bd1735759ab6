using Gatehouse.Identity.Partitions;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Limit;
using Gatehouse.Refusals;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Limits;

/// <summary>
/// Counts exchanges against the limits in this process. The number of parties is bounded. A party that is charged is never removed in favour of a new
/// one: a flood of new names would then remove the accounts of all callers. When no party can be removed, new parties are refused. One caller makes
/// its part of them at most (<c>limits.callerShare</c>), so that invented names of tools take no other caller's place.
/// </summary>
/// <param name="days">The counts of today before this process began; null when nothing survives.</param>
/// <param name="time">The clock.</param>
public sealed class QuotaTable(IQuotaDays? days, TimeProvider time) : IQuotas
{
    private const int Shards = 64;
    private static readonly long SweepTicks = TimeSpan.FromSeconds(1).Ticks;

    private readonly QuotaShard[] shards = [.. Enumerable.Range(0, Shards).Select(_ => new QuotaShard())];
    private readonly PartitionedBudget made = new();
    private long sweptAt = long.MinValue;

    /// <summary>Parties counted now.</summary>
    public int Count => (int)made.Used;

    /// <inheritdoc />
    public ValueTask<Refusal?> ChargeAsync(Exchange exchange) => ValueTask.FromResult(Charge(exchange));

    /// <summary>Charges one exchange immediately: all counts are in this process.</summary>
    public Refusal? Charge(Exchange exchange)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        var rules = exchange.Snapshot.Settings.LimitRules;
        if (rules.Count == 0) return null;
        var now = QuotaMoment.Now(time);
        var tool = Tool(exchange);
        for (var i = 0; i < rules.Count; i++)
        {
            if (!rules[i].Concerns(exchange.Server.Name, tool)) continue;
            var verdict = Charge(rules[i], exchange, tool, now);
            if (verdict.Fault == QuotaFault.None) continue;
            for (var j = 0; j < i; j++) Uncharge(rules[j], exchange, tool);
            return Refusal(rules[i], verdict);
        }

        exchange.Charge = new QuotaCharge(rules, tool, Occupies(exchange));
        return null;
    }

    /// <inheritdoc />
    public Refusal? CountBytes(Exchange exchange, long bytes)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        if (exchange.Charge is not { } charge) return null;
        for (var i = 0; i < charge.Rules.Count; i++)
        {
            var rule = charge.Rules[i];
            if (rule.BytesPerDay == 0 || !rule.Concerns(exchange.Server.Name, charge.Tool)) continue;
            var now = QuotaMoment.Now(time);
            var key = QuotaKey.Of(rule, exchange, charge.Tool);
            var shard = ShardOf(key);
            lock (shard.Gate)
            {
                // A charged account of a day is kept while it is that day. At midnight it may be gone, and begins at zero.
                if (!shard.Buckets.TryGetValue(key, out var bucket)) continue;
                if (!bucket.CountBytes(rule, now.Day, bytes)) return Refusal(rule, new QuotaVerdict(QuotaFault.Day, now.UntilTomorrow));
            }
        }

        return null;
    }

    /// <inheritdoc />
    public void Release(Exchange exchange)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        if (exchange.Charge is not { Occupies: true } charge) return;
        var (rules, tool) = (charge.Rules, charge.Tool);
        exchange.Charge = null; // once
        for (var i = 0; i < rules.Count; i++)
        {
            if (rules[i].Concurrent == 0 || !rules[i].Concerns(exchange.Server.Name, tool)) continue;
            var key = QuotaKey.Of(rules[i], exchange, tool);
            var shard = ShardOf(key);
            lock (shard.Gate)
            {
                if (shard.Buckets.TryGetValue(key, out var bucket)) bucket.Release();
            }
        }
    }

    /// <summary>Removes parties whose account is as if they had never been, and returns how many.</summary>
    public int Sweep()
    {
        var now = QuotaMoment.Now(time);
        var before = Count;
        foreach (var shard in shards)
        {
            lock (shard.Gate)
            {
                foreach (var (key, bucket) in shard.Buckets)
                {
                    if (bucket.IsUnused(now) && shard.Buckets.Remove(key)) made.Return(bucket.Maker, 1);
                }
            }
        }

        return before - Count;
    }

    /// <summary>Takes out the counts that the store does not have yet.</summary>
    internal List<QuotaDay> TakeUnsaved()
    {
        List<QuotaDay> rows = [];
        foreach (var shard in shards)
        {
            lock (shard.Gate)
            {
                foreach (var (key, bucket) in shard.Buckets)
                {
                    if (!bucket.IsDirty) continue;
                    bucket.IsDirty = false;
                    rows.Add(new QuotaDay(key.Digest(), bucket.Day, bucket.Requests, bucket.Bytes));
                }
            }
        }

        return rows;
    }

    private QuotaVerdict Charge(LimitRule rule, Exchange exchange, string? tool, in QuotaMoment now)
    {
        var key = QuotaKey.Of(rule, exchange, tool);
        var shard = ShardOf(key);
        for (var attempt = 0; ; attempt++)
        {
            lock (shard.Gate)
            {
                if (FindOrMake(shard, key, rule, exchange) is { } bucket)
                    return bucket.Charge(rule, now, exchange.Record.BytesIn, rule.Concurrent > 0 && Occupies(exchange));
            }

            // Looked through at most once a second, so that a flood of new parties does not cost a walk each.
            if (attempt > 0 || !MaySweep(now.Ticks) || Sweep() == 0) return new QuotaVerdict(QuotaFault.Full, TimeSpan.FromSeconds(5));
        }
    }

    private void Uncharge(LimitRule rule, Exchange exchange, string? tool)
    {
        if (!rule.Concerns(exchange.Server.Name, tool)) return;
        var key = QuotaKey.Of(rule, exchange, tool);
        var shard = ShardOf(key);
        lock (shard.Gate)
        {
            if (shard.Buckets.TryGetValue(key, out var bucket))
                bucket.Uncharge(rule, exchange.Record.BytesIn, rule.Concurrent > 0 && Occupies(exchange));
        }
    }

    private QuotaBucket? FindOrMake(QuotaShard shard, in QuotaKey key, LimitRule rule, Exchange exchange)
    {
        if (shard.Buckets.TryGetValue(key, out var known)) return known;
        var maker = CallerPartition.Of(exchange.Subject!.Issuer, exchange.Subject.Subject);
        var limits = exchange.Snapshot.Settings.Limits;
        if (made.TryTake(maker, 1, limits.Keys, PartitionedBudget.PartOf(limits.Keys, limits.CallerShare)) != PartitionedVerdict.Taken) return null;
        var bucket = new QuotaBucket { Maker = maker };
        if (rule.CountsDays && days?.Find(key.Digest()) is { } day) bucket.Restore(day.Day, day.Requests, day.Bytes);
        shard.Buckets.Add(key, bucket);
        return bucket;
    }

    private bool MaySweep(long now)
    {
        var last = Interlocked.Read(ref sweptAt);
        return now - SweepTicks >= last && Interlocked.CompareExchange(ref sweptAt, now, last) == last;
    }

    private QuotaShard ShardOf(in QuotaKey key) => shards[(key.GetHashCode() & int.MaxValue) % Shards];

    private static string? Tool(Exchange exchange) => exchange.Message?.Method == "tools/call" ? exchange.Record.Name : null;

    // A stream is bounded by limits.streamsPerCaller and would hold its place indefinitely. A message that expects no answer holds none.
    private static bool Occupies(Exchange exchange) =>
        exchange.Message is { Kind: Protocol.MessageKind.Request, Method: not "subscriptions/listen" };

    private static Refusal Refusal(LimitRule rule, in QuotaVerdict verdict) => new(
        verdict.Fault switch
        {
            QuotaFault.Day => Reasons.QuotaSpent,
            QuotaFault.Full => Reasons.LimitsFull,
            _ => Reasons.RateLimited,
        },
        rule.Id)
    { RetryAfter = verdict.RetryAfter };
}
