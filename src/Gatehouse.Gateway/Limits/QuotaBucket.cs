using Gatehouse.Identity.Partitions;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Limits;

/// <summary>
/// The use of one party. The rate is kept as the moment at which it would be wholly unused again (generic cell rate algorithm, ITU-T I.371): one
/// number, no timer. Used under the lock of its shard.
/// </summary>
internal sealed class QuotaBucket
{
    private long freeAt;
    private int day;
    private long requests;
    private long bytes;
    private int underWay;

    /// <summary>The caller that made it, for the share of the table that one caller may have.</summary>
    public required CallerPartition Maker { get; init; }

    /// <summary>True when the store does not have its counts of the day.</summary>
    public bool IsDirty { get; set; }

    public int Day => day;

    public long Requests => requests;

    public long Bytes => bytes;

    /// <summary>Takes the counts of the day from the store.</summary>
    public void Restore(int ofDay, long knownRequests, long knownBytes) => (day, requests, bytes) = (ofDay, knownRequests, knownBytes);

    /// <summary>Charges one exchange, or returns why not and changes nothing.</summary>
    public QuotaVerdict Charge(LimitRule rule, in QuotaMoment now, long size, bool occupies)
    {
        Begin(now.Day);
        if (rule.Daily > 0 && requests >= rule.Daily) return new QuotaVerdict(QuotaFault.Day, now.UntilTomorrow);
        if (rule.BytesPerDay > 0 && bytes >= rule.BytesPerDay) return new QuotaVerdict(QuotaFault.Day, now.UntilTomorrow);
        if (occupies && rule.Concurrent > 0 && underWay >= rule.Concurrent) return new QuotaVerdict(QuotaFault.Concurrency, TimeSpan.FromSeconds(1));
        if (rule.Requests is { } rate && TakeRate(rate, rule.Burst, now.Ticks) is { } wait) return new QuotaVerdict(QuotaFault.Rate, wait);
        if (occupies) underWay++;
        Count(rule, 1, size);
        return default;
    }

    /// <summary>Takes back a charge that another rule refused.</summary>
    public void Uncharge(LimitRule rule, long size, bool occupies)
    {
        if (rule.Requests is { } rate) freeAt -= rate.Interval.Ticks;
        if (occupies) underWay--;
        Count(rule, -1, -size);
    }

    /// <summary>Counts bytes of an answer. Returns false when the day's bytes are spent already.</summary>
    public bool CountBytes(LimitRule rule, int today, long size)
    {
        Begin(today);
        if (bytes >= rule.BytesPerDay) return false;
        Count(rule, 0, size);
        return true;
    }

    public void Release() => underWay--;

    /// <summary>Returns true when removing it changes nothing: the rate is unused, nothing is under way, nothing counted today.</summary>
    public bool IsUnused(in QuotaMoment now) =>
        freeAt <= now.Ticks && underWay == 0 && (day < now.Day || (requests == 0 && bytes == 0));

    // A clock that is set back does not give a day again.
    private void Begin(int today)
    {
        if (today <= day) return;
        (day, requests, bytes) = (today, 0, 0);
    }

    private TimeSpan? TakeRate(Rate rate, int burst, long now)
    {
        var interval = rate.Interval.Ticks;
        var tolerance = interval * (burst - 1);
        // After a reload with a faster rate no caller waits longer than the new rate requires.
        var free = Math.Clamp(freeAt, now, now + tolerance + interval);
        if (free - now > tolerance) return TimeSpan.FromTicks(free - now - tolerance);
        freeAt = free + interval;
        return null;
    }

    private void Count(LimitRule rule, int exchanges, long size)
    {
        if (!rule.CountsDays) return;
        requests += exchanges;
        bytes += size;
        IsDirty = true;
    }
}
