using System.Globalization;

namespace Gatehouse.Bench.Processes;

/// <summary>Processor time of all cores since the start of the machine, in microseconds, as the kernel counts it (<c>/proc/stat</c>).</summary>
/// <param name="Busy">User, nice and system time of every process.</param>
/// <param name="Idle">Time without work, waiting for the disk included.</param>
/// <param name="Stolen">Time in which the hypervisor ran other guests.</param>
/// <param name="Total">All of it, and interrupts.</param>
internal readonly record struct MachineLoad(long Busy, long Idle, long Stolen, long Total)
{
    private const long MicrosecondsPerTick = 10_000; // USER_HZ is 100 on every Linux that .NET runs on

    /// <summary>Reads the counters.</summary>
    public static MachineLoad Now()
    {
        // cpu user nice system idle iowait irq softirq steal (proc(5)): interrupts of the loopback are charged to nobody.
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(8)
            .Select(field => long.Parse(field, CultureInfo.InvariantCulture) * MicrosecondsPerTick).ToList();
        return new MachineLoad(fields[0] + fields[1] + fields[2], fields[3] + fields[4], fields[7], fields.Sum());
    }

    /// <summary>Returns the share of the machine that others took since an earlier reading, 0 to 1: processes not ours, and other guests.</summary>
    /// <param name="before">The earlier reading.</param>
    /// <param name="own">The processor time of our processes between both, in microseconds.</param>
    public double OthersSince(MachineLoad before, long own) => Math.Max(0, Busy - before.Busy - own + Stolen - before.Stolen) / Between(before);

    /// <summary>Returns the cores that were idle since an earlier reading, on average.</summary>
    public double IdleSince(MachineLoad before) => (Idle - before.Idle) / Between(before) * Environment.ProcessorCount;

    private double Between(MachineLoad before) => Math.Max(1, Total - before.Total);
}
