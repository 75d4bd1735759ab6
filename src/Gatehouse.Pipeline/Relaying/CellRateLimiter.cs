using Gatehouse.Settings;

namespace Gatehouse.Pipeline.Relaying;

/// <summary>So many in a time, all at once or evenly. Not safe for concurrent use.</summary>
internal sealed class CellRateLimiter(Rate rate, TimeProvider time)
{
    private readonly long interval = rate.Interval.Ticks;
    private readonly long tolerance = rate.Interval.Ticks * (rate.Count - 1);
    private long freeAt;

    /// <summary>Time until the next may come; zero or less when it may now.</summary>
    public TimeSpan Wait()
    {
        var now = time.GetElapsedTime(0).Ticks;
        return TimeSpan.FromTicks(Math.Max(freeAt, now) - now - tolerance);
    }

    /// <summary>Counts one.</summary>
    public void Take() => freeAt = Math.Max(freeAt, time.GetElapsedTime(0).Ticks) + interval;

    /// <summary>Counts one where it may come now.</summary>
    public bool TryTake()
    {
        if (Wait() > TimeSpan.Zero) return false;
        Take();
        return true;
    }
}
