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

    /// <summary>
    /// Compares two operations of one thread. Both are warm before either is measured. Batches of equal length take turns, and the one that begins
    /// changes with each pair, so that neither is always the later one and what the machine does meanwhile falls on both.
    /// </summary>
    /// <param name="one">An operation.</param>
    /// <param name="other">The operation that is compared with it.</param>
    /// <param name="pairs">The number of pairs of batches.</param>
    public static Comparison Compare(Action one, Action other, int pairs)
    {
        _ = Calibrate(one);
        _ = Calibrate(other);
        var count = Math.Min(Calibrate(one), Calibrate(other));
        var (first, second) = (new List<Batch>(), new List<Batch>());
        for (var pair = 0; pair < pairs; pair++)
        {
            if (pair % 2 == 0) first.Add(BatchOf(one, count));
            second.Add(BatchOf(other, count));
            if (pair % 2 == 1) first.Add(BatchOf(one, count));
        }

        return new Comparison(first, second);
    }

    private static Batch BatchOf(Action operation, long count)
    {
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var time = Run(operation, count) / count;
        return new Batch(time, (GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)count);
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

/// <summary>One batch of an operation: time and allocation of one run of it.</summary>
internal readonly record struct Batch(double Nanoseconds, double Bytes);

/// <summary>Batches of two operations, in pairs.</summary>
/// <param name="One">Those of the first.</param>
/// <param name="Other">Those of the second.</param>
internal sealed record Comparison(IReadOnlyList<Batch> One, IReadOnlyList<Batch> Other)
{
    /// <summary>The median of the ratios of time within the pairs, of the second operation to the first.</summary>
    public double Ratio => Of(static (one, other) => other.Nanoseconds / one.Nanoseconds);

    /// <summary>The median of what the second allocates more within the pairs.</summary>
    public double MoreBytes => Of(static (one, other) => other.Bytes - one.Bytes);

    /// <summary>The ratios between which half of the pairs are.</summary>
    public (double Low, double High) Middle
    {
        get
        {
            var sorted = One.Zip(Other, static (one, other) => other.Nanoseconds / one.Nanoseconds).Order().ToList();
            return (sorted[sorted.Count / 4], sorted[Math.Min(sorted.Count - 1, sorted.Count * 3 / 4)]);
        }
    }

    private double Of(Func<Batch, Batch, double> difference) => Areas.Cell.Median(One.Zip(Other, difference));
}
