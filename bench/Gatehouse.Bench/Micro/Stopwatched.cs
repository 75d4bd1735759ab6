using System.Diagnostics;

namespace Gatehouse.Bench.Micro;

/// <summary>Time and allocation of one operation: the median of batches, on one thread, after warm-up.</summary>
internal static class Stopwatched
{
    private const int Batches = 15;
    private static readonly TimeSpan BatchTime = TimeSpan.FromMilliseconds(25);

    public static (double Nanoseconds, double Bytes) Measure(Action operation)
    {
        var count = Calibrate(operation);
        var times = new List<double>();
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        for (var batch = 0; batch < Batches; batch++)
            times.Add(Run(operation, count) / count);
        return (Areas.Cell.Median(times), (GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)(count * Batches));
    }

    // Runs long enough for the compiler's last tier, then finds how many make a batch.
    private static long Calibrate(Action operation)
    {
        var until = Stopwatch.GetTimestamp() + (Stopwatch.Frequency * 4 / 10);
        long count = 1;
        while (true)
        {
            var time = Run(operation, count);
            if (Stopwatch.GetTimestamp() > until) return Math.Max(1, (long)(BatchTime.TotalNanoseconds / (time / count)));
            if (time < BatchTime.TotalNanoseconds / 4) count *= 2;
        }
    }

    private static double Run(Action operation, long count)
    {
        var started = Stopwatch.GetTimestamp();
        for (long i = 0; i < count; i++) operation();
        return Stopwatch.GetElapsedTime(started).TotalNanoseconds;
    }
}
