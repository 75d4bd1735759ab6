using System.Globalization;
using Gatehouse.Audit;
using Gatehouse.Pipeline.Bounds;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// Tells the operator when the log cannot be written, when it can again, and when its room comes to an end (AU-06). Asks each second, so
/// that a gateway without traffic learns it too; what flaps is told at most once a minute.
/// </summary>
internal sealed class AuditWatch : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TellEvery = TimeSpan.FromMinutes(1);

    // Percent of what the log can hold that is left.
    private static readonly int[] Marks = [25, 10, 5, 2];

    private readonly IAuditLog log;
    private readonly TimeProvider time;
    private readonly Action<string> tell;
    private readonly ITimer timer;
    private readonly Lock gate = new();
    private long? toldAt;
    private long since;
    private long lostTold;
    private bool toldUnavailable;
    private int marksPassed;

    public AuditWatch(IAuditLog log, TimeProvider time, Action<string> tell)
    {
        this.log = log;
        this.time = time;
        this.tell = tell;
        timer = GuardedTimer.Start(time, "watch of the audit log", Look, TimeSpan.Zero, Every, tell);
    }

    public void Dispose() => timer.Dispose();

    private void Look()
    {
        if (!gate.TryEnter()) return; // a disk that hangs holds one of these, not one each second
        try
        {
            LookAtAvailability();
            LookAtRoom();
        }
        finally
        {
            gate.Exit();
        }
    }

    private void LookAtAvailability()
    {
        var isAvailable = log.IsAvailable;
        var lost = log.Statistics.Lost;
        if (!isAvailable && !toldUnavailable && MayTell())
        {
            (toldUnavailable, since) = (true, time.GetTimestamp());
            tell($"AUDIT LOG UNAVAILABLE: {log.WhyUnavailable}; calls that may act are refused (GH9001), reading ones by audit.whenUnavailable, "
                + $"and /readyz says 503");
        }
        else if (isAvailable && toldUnavailable)
        {
            toldUnavailable = false;
            tell(string.Create(CultureInfo.InvariantCulture,
                $"audit log available again after {Math.Round(time.GetElapsedTime(since).TotalSeconds)} s; {lost - lostTold} entries lost"));
            lostTold = lost;
        }
        else if (isAvailable && lost > lostTold && MayTell())
        {
            tell(string.Create(CultureInfo.InvariantCulture, $"audit log: {lost - lostTold} entries lost; the log has an entry that says so"));
            lostTold = lost;
        }
    }

    private void LookAtRoom()
    {
        var statistics = log.Statistics;
        if (statistics.Bytes + statistics.RoomBytes is not (> 0 and var all)) return;
        var left = 100d * statistics.RoomBytes / all;
        var passed = Marks.Count(mark => left < mark);
        if (passed > marksPassed)
            tell(string.Create(CultureInfo.InvariantCulture,
                $"audit log: less than {Marks[passed - 1]} % of its room is left ({statistics.RoomBytes} bytes); archive closed segments, or raise "
                    + $"audit.maxTotalBytes"));
        // A mark counts as passed until there is a quarter more room than it says: room that goes up and down around it is told of once.
        marksPassed = Math.Max(passed, Math.Min(marksPassed, Marks.Count(mark => left < mark * 1.25)));
    }

    private bool MayTell()
    {
        if (toldAt is { } last && time.GetElapsedTime(last) < TellEvery) return false;
        toldAt = time.GetTimestamp();
        return true;
    }
}
