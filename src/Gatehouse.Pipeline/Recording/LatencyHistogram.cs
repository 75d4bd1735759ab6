namespace Gatehouse.Pipeline.Recording;

/// <summary>
/// A histogram of durations in fixed buckets, like a Prometheus histogram. Recording allocates nothing and takes no lock; a concurrent reader may see
/// a count without its sum.
/// </summary>
public sealed class LatencyHistogram
{
    private static readonly double[] Bounds = [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60];

    private readonly long[] counts = new long[Bounds.Length + 1];
    private long ticks;

    /// <summary>Upper bounds of the buckets in seconds, ascending; the last bucket has none.</summary>
    public static IReadOnlyList<double> UpperBounds => Bounds;

    /// <summary>The sum of all durations, in seconds.</summary>
    public double Sum => TimeSpan.FromTicks(Interlocked.Read(ref ticks)).TotalSeconds;

    /// <summary>Counts one duration.</summary>
    public void Record(TimeSpan duration)
    {
        var seconds = duration.TotalSeconds;
        var bucket = 0;
        while (bucket < Bounds.Length && seconds > Bounds[bucket]) bucket++;
        Interlocked.Increment(ref counts[bucket]);
        Interlocked.Add(ref ticks, duration.Ticks);
    }

    /// <summary>Returns the number of durations in each bucket, the bucket without a bound last. Not cumulative.</summary>
    public IReadOnlyList<long> Counts() => [.. counts.Select((_, at) => Interlocked.Read(ref counts[at]))];
}
