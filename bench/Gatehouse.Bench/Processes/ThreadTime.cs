using System.Globalization;

namespace Gatehouse.Bench.Processes;

/// <summary>What a process ran.</summary>
/// <param name="Microseconds">Time on a core, in steps of the clock tick; that of threads which ended is part of it.</param>
/// <param name="Switches">How often one of its threads was given a core; what a thread did that ended meanwhile is missing.</param>
internal readonly record struct ThreadTime(double Microseconds, double Switches)
{
    /// <summary>Measures a process for a time, and returns what it ran in each second.</summary>
    public static async Task<ThreadTime> EachSecondAsync(int pid, TimeSpan time)
    {
        var (cpu, switches) = (ProcessUsage.Of(pid).CpuMicroseconds, SwitchesOf(pid));
        await Task.Delay(time).ConfigureAwait(false);
        var ran = ProcessUsage.Of(pid).CpuMicroseconds - cpu;
        var given = SwitchesOf(pid).Sum(thread => thread.Value - switches.GetValueOrDefault(thread.Key));
        return new ThreadTime(ran / time.TotalSeconds, given / time.TotalSeconds);
    }

    private static Dictionary<string, long> SwitchesOf(int pid)
    {
        var switches = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var thread in Directory.EnumerateDirectories(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/task")))
        {
            if (TryRead(Path.Combine(thread, "schedstat")) is not { } text) continue;
            switches[thread] = long.Parse(text.Split(' ')[2], CultureInfo.InvariantCulture);
        }

        return switches;
    }

    // Null where the thread has ended.
    private static string? TryRead(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
