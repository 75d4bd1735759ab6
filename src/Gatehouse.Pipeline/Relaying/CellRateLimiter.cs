using Gatehouse.Settings;

namespace Gatehouse.Pipeline.Relaying;

/// <summary>A limiter for a number of events in a period, in a burst or evenly. Not safe for concurrent use.</summary>
internal sealed class CellRateLimiter(Rate rate, TimeProvider time)
{
    private readonly long interval = rate.Interval.Ticks;
    private readonly long tolerance = rate.Interval.Ticks * (rate.Count - 1);
    private long freeAt;

    /// <summary>Returns the time until the next event may come; zero or less when it may come now.</summary>
    public TimeSpan Wait()
    {
        var now = time.GetElapsedTime(0).Ticks;
        return TimeSpan.FromTicks(Math.Max(freeAt, now) - now - tolerance);
    }

    /// <summary>Counts one event.</summary>
    public void Take() => freeAt = Math.Max(freeAt, time.GetElapsedTime(0).Ticks) + interval;

    /// <summary>Counts one event if it may come now.</summary>
    public bool TryTake()
    {
        if (Wait() > TimeSpan.Zero) return false;
        Take();
        return true;
    }
}
