using System.Globalization;

namespace Gatehouse.Bench.Processes;

/// <summary>Processor time and wake-ups of a process, per second.</summary>
/// <param name="CpuMicroseconds">Processor time, by the clock tick of the kernel.</param>
/// <param name="WakeUps">How often one of its threads waited, and was woken. What a thread did that ended meanwhile is missing.</param>
internal readonly record struct IdleUse(double CpuMicroseconds, double WakeUps)
{
    /// <summary>Watches a process for a time, and returns the mean of a second.</summary>
    public static async Task<IdleUse> MeasureAsync(int pid, TimeSpan time)
    {
        var (cpu, wakeUps) = (ProcessUsage.Of(pid).CpuMicroseconds, WakeUpsOf(pid));
        await Task.Delay(time).ConfigureAwait(false);
        var used = ProcessUsage.Of(pid).CpuMicroseconds - cpu;
        var woken = WakeUpsOf(pid).Sum(thread => thread.Value - wakeUps.GetValueOrDefault(thread.Key));
        return new IdleUse(used / time.TotalSeconds, woken / time.TotalSeconds);
    }

    private static Dictionary<string, long> WakeUpsOf(int pid)
    {
        const string member = "voluntary_ctxt_switches:";
        var wakeUps = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var thread in Directory.EnumerateDirectories(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/task")))
        {
            if (TryRead(Path.Combine(thread, "status")) is not { } lines) continue;
            var line = lines.First(static line => line.StartsWith(member, StringComparison.Ordinal));
            wakeUps[thread] = long.Parse(line[member.Length..], CultureInfo.InvariantCulture);
        }

        return wakeUps;
    }

    // Null where the thread has ended.
    private static string[]? TryRead(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
