using Gatehouse.Bench.Load;
using Gatehouse.Bench.Processes;

namespace Gatehouse.Bench.Areas;

/// <summary>One way to reach the same server.</summary>
/// <param name="Key">Short name, as in ratios.</param>
/// <param name="Name">What it is.</param>
/// <param name="Front">The process whose CPU and memory count.</param>
/// <param name="Call">The prepared call of a tool.</param>
internal sealed record Variant(string Key, string Name, ChildProcess Front, Func<string, Target> Call)
{
    /// <summary>The port at which the front shows its counters; null where it shows none.</summary>
    public int? CountersPort { get; init; }

    /// <summary>Returns what the front allocated and recorded until now.</summary>
    public Task<ProcessCounters> CountersAsync() =>
        CountersPort is { } port ? ProcessCounters.ReadAsync(port) : Task.FromResult(ProcessCounters.None);

    public long CpuMicroseconds => Front.Usage.CpuMicroseconds;

    public long KernelMicroseconds => Front.Usage.KernelMicroseconds;

    public double RssMegabytes => Front.Usage.RssKilobytes / 1024.0;
}
