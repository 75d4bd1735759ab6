using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Gatehouse.Bench.Reporting;

/// <summary>What was measured on, without anything that names the machine itself.</summary>
internal sealed partial record Machine(string Cpu, int Cores, string System, string Runtime, DateTimeOffset At)
{
    public static Machine Current()
    {
        var info = File.ReadLines("/proc/cpuinfo");
        var model = info.FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "unknown cpu";
        var family = info.FirstOrDefault(l => l.StartsWith("cpu family", StringComparison.Ordinal))?.Split(':')[1].Trim();
        var cpu = family is null ? model : $"{model} (family {family})";
        return new Machine(cpu, Environment.ProcessorCount, RuntimeInformation.OSDescription, RuntimeInformation.FrameworkDescription,
            TimeProvider.System.GetUtcNow());
    }

    /// <summary>Name of the result files.</summary>
    public string FileName => string.Create(
        CultureInfo.InvariantCulture, $"{At:yyyy-MM-dd}-{NotWord().Replace(Cpu.Split('(')[0].Trim(), "-").ToLowerInvariant()}");

    [GeneratedRegex("[^A-Za-z0-9]+")]
    private static partial Regex NotWord();
}
