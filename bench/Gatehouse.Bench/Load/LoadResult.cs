namespace Gatehouse.Bench.Load;

/// <summary>What one measurement found.</summary>
internal sealed record LoadResult
{
    public required long Requests { get; init; }

    public required long Errors { get; init; }

    public required double Seconds { get; init; }

    public required double P50 { get; init; }

    public required double P99 { get; init; }

    /// <summary>CPU microseconds of the front process per request.</summary>
    public double Cpu { get; set; }

    /// <summary>The part of them in the kernel.</summary>
    public double KernelCpu { get; set; }

    /// <summary>The share of the machine that processes which are none of the benchmark took meanwhile: 0 to 1.</summary>
    public double Others { get; set; }

    /// <summary>Cores that were idle meanwhile, on average.</summary>
    public double IdleCores { get; set; }

    /// <summary>Bytes that the front process allocated on its managed heap for a request; NaN where it does not count them.</summary>
    public double AllocatedBytes { get; set; } = double.NaN;

    /// <summary>Entries of the audit log for a request; NaN where there is none.</summary>
    public double Entries { get; set; } = double.NaN;

    /// <summary>Commits of the audit log for a request; NaN where there is none.</summary>
    public double Commits { get; set; } = double.NaN;

    public double PerSecond => Requests / Seconds;

    /// <summary>Makes a result of latencies in ticks of the stopwatch.</summary>
    public static LoadResult Of(List<long> ticks, long errors, TimeSpan elapsed)
    {
        ticks.Sort();
        return new LoadResult
        {
            Requests = ticks.Count,
            Errors = errors,
            Seconds = elapsed.TotalSeconds,
            P50 = Percentile(ticks, 0.50),
            P99 = Percentile(ticks, 0.99),
        };
    }

    public static double Percentile(List<long> sorted, double share)
    {
        if (sorted.Count == 0) return double.NaN;
        var ticks = sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * share))];
        return ticks * 1e6 / System.Diagnostics.Stopwatch.Frequency;
    }
}
