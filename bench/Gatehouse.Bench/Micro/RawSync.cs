using System.Diagnostics;
using Gatehouse.Audit.Log;
using Gatehouse.Bench.Load;
using Gatehouse.Bench.Processes;

namespace Gatehouse.Bench.Micro;

/// <summary>The time that the disk takes by itself: writes with fdatasync, by one thread, into a file that was allocated before.</summary>
internal static class RawSync
{
    private const int FileBytes = 8 << 20;

    /// <summary>Returns the time of each write, sorted, in ticks of the stopwatch.</summary>
    /// <param name="place">Where the run has its files.</param>
    /// <param name="bytes">Bytes of a write.</param>
    /// <param name="duration">How long it writes.</param>
    /// <param name="perSecond">Writes a second; 0 for each as soon as the one before has ended.</param>
    public static List<long> Measure(Workplace place, int bytes, TimeSpan duration, int perSecond = 0)
    {
        using var file = new LogFolder(place.NewDirectory()).Create("raw");
        file.Write(0, new byte[FileBytes]);
        file.Sync();
        var data = new byte[bytes];
        var ticks = new List<long>();
        var next = Stopwatch.GetTimestamp();
        var until = next + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        for (long at = 0; Stopwatch.GetTimestamp() < until; at = (at + bytes) % (FileBytes - bytes))
        {
            if (perSecond > 0) OpenLoop.WaitUntil(next += Stopwatch.Frequency / perSecond);
            var started = Stopwatch.GetTimestamp();
            file.Write(at, data);
            file.Sync();
            ticks.Add(Stopwatch.GetTimestamp() - started);
        }

        ticks.Sort();
        return ticks;
    }
}
