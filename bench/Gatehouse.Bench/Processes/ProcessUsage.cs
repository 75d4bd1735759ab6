using System.Globalization;

namespace Gatehouse.Bench.Processes;

/// <summary>What a process has used, from the kernel's own counters.</summary>
/// <param name="UserMicroseconds">Time in its own code, in steps of the clock tick.</param>
/// <param name="KernelMicroseconds">Time in the kernel, in steps of the clock tick.</param>
/// <param name="RssKilobytes">Resident memory now.</param>
/// <param name="FileKilobytes">Of that, pages of files, which processes share and the system may take back.</param>
/// <param name="Threads">Threads now.</param>
internal readonly record struct ProcessUsage(
    long UserMicroseconds, long KernelMicroseconds, long RssKilobytes, long FileKilobytes, int Threads)
{
    private const long MicrosecondsPerTick = 10_000; // USER_HZ is 100 on every Linux that .NET runs on
    private const long KilobytesPerPage = 4;

    /// <summary>User and kernel time, in steps of the clock tick.</summary>
    public long CpuMicroseconds => UserMicroseconds + KernelMicroseconds;

    /// <summary>Returns the processor time of the children of this process that have ended, in microseconds, in steps of the clock tick.</summary>
    public static long OfEndedChildren()
    {
        var fields = Fields(Environment.ProcessId);
        return (Number(fields[13]) + Number(fields[14])) * MicrosecondsPerTick;
    }

    public static ProcessUsage Of(int pid)
    {
        var fields = Fields(pid);
        return new ProcessUsage(
            Number(fields[11]) * MicrosecondsPerTick,
            Number(fields[12]) * MicrosecondsPerTick,
            Number(fields[21]) * KilobytesPerPage,
            FileKilobytesOf(pid),
            (int)Number(fields[17]));
    }

    private static string[] Fields(int pid)
    {
        var text = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"));
        // The name may hold spaces and brackets; the fields after it do not.
        return text[(text.LastIndexOf(')') + 2)..].Split(' ');
    }

    private static long FileKilobytesOf(int pid)
    {
        const string member = "RssFile:";
        var line = File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/status"))
            .First(static line => line.StartsWith(member, StringComparison.Ordinal));
        return Number(line[member.Length..].Replace("kB", "", StringComparison.Ordinal).Trim());
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
