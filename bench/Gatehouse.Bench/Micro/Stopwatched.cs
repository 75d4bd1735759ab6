using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Gatehouse.Bench.Micro;

/// <summary>
/// Time and allocation of one operation: the median of batches, on one thread, after warm-up. The time is that of the
/// thread on a core, so that what else the machine does is left out.
/// </summary>
internal static partial class Stopwatched
{
    private static int Batches => Size.Of(15, 1);

    private static TimeSpan BatchTime => Size.Of(TimeSpan.FromMilliseconds(25), TimeSpan.FromMilliseconds(1));

    private static TimeSpan WarmUp => Size.Of(TimeSpan.FromMilliseconds(800), TimeSpan.FromMilliseconds(2));

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
        var until = Stopwatch.GetTimestamp() + (long)(WarmUp.TotalSeconds * Stopwatch.Frequency);
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
        var started = ThreadNanoseconds();
        for (long i = 0; i < count; i++) operation();
        return Math.Max(1, ThreadNanoseconds() - started);
    }

    private static double ThreadNanoseconds()
    {
        const int ThreadCpuTime = 3; // CLOCK_THREAD_CPUTIME_ID
        _ = GetTime(ThreadCpuTime, out var time);
        return (time.Seconds * 1e9) + time.Nanoseconds;
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out TimeSpecification time);

    private struct TimeSpecification
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
