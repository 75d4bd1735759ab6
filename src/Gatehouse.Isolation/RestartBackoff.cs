using System.Security.Cryptography;

namespace Gatehouse.Isolation;

/// <summary>
/// The pauses between starts of a process that keeps failing. The first restart is immediate. From the second failure on the longest pause doubles
/// with each, from 2 to 60 seconds. The pause is drawn between half of that and all of it, so that processes that failed together do not start
/// together. A process that ran for a minute counts as healthy, and its next failure as the first. Safe for concurrent use.
/// </summary>
/// <param name="time">The clock; only its timestamps are used, so that setting the wall clock changes nothing.</param>
public sealed class RestartBackoff(TimeProvider time)
{
    /// <summary>The longest pause.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    /// <summary>The time that a process must run for its earlier failures to be dropped.</summary>
    public static readonly TimeSpan StableAfter = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private int failures;
    private TimeSpan pause;
    private long failedAt;
    private long? startedAt;

    /// <summary>Returns whether a start is due.</summary>
    /// <param name="wait">The remaining wait; zero when a start is due.</param>
    public bool MayStart(out TimeSpan wait)
    {
        lock (gate)
        {
            var left = pause - time.GetElapsedTime(failedAt);
            wait = left > TimeSpan.Zero ? left : TimeSpan.Zero;
            return wait == TimeSpan.Zero;
        }
    }

    /// <summary>Records that the process was started.</summary>
    public void Started()
    {
        lock (gate)
            startedAt = time.GetTimestamp();
    }

    /// <summary>Records that the process did not start, or ended without being asked to.</summary>
    public void Failed()
    {
        lock (gate)
        {
            if (this.startedAt is { } startedAt && time.GetElapsedTime(startedAt) >= StableAfter)
                failures = 0;
            this.startedAt = null;
            failures++;
            failedAt = time.GetTimestamp();
            pause = Pause(failures);
        }
    }

    private static TimeSpan Pause(int failures)
    {
        if (failures <= 1) return TimeSpan.Zero;
        // From the seventh failure on the limit is reached; the bound keeps the shift in range.
        var longest = Math.Min((int)LongestPause.TotalMilliseconds, 1000 << Math.Min(failures - 1, 6));
        return TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32(longest / 2, longest + 1));
    }
}
