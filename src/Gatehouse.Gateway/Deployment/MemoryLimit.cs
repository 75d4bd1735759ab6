using System.Globalization;

namespace Gatehouse.Gateway.Deployment;

/// <summary>The most memory that a control group of Linux lets a process have (cgroups(7)).</summary>
internal static class MemoryLimit
{
    private const string Root = "/sys/fs/cgroup";

    // Version 1 writes the largest number of pages where there is no limit.
    private const long NoLimit = 1L << 60;

    /// <summary>Returns the lowest limit of the group and the groups above it in bytes; null where none is set.</summary>
    /// <param name="groups">The text of <c>/proc/self/cgroup</c>.</param>
    /// <param name="read">Reads a file of the kernel; null where it does not exist.</param>
    public static long? Of(string groups, Func<string, string?> read)
    {
        List<long> limits = [];
        foreach (var line in groups.Split('\n'))
        {
            if (line.Split(':', 3) is not [var id, var controllers, var group]) continue;
            if (id == "0") limits.AddRange(Along("", group, "memory.max", read));
            else if (controllers.Split(',').Contains("memory", StringComparer.Ordinal))
                limits.AddRange(Along("/memory", group, "memory.limit_in_bytes", read));
        }

        return limits.Count == 0 ? null : limits.Min();
    }

    // A container often sees its own group as the root, and its path outside in the name.
    private static IEnumerable<long> Along(string tree, string group, string file, Func<string, string?> read)
    {
        for (var at = group.TrimEnd('/'); ; at = at[..at.LastIndexOf('/')])
        {
            if (long.TryParse(read($"{Root}{tree}{at}/{file}")?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
                && limit < NoLimit)
                yield return limit;
            if (!at.Contains('/', StringComparison.Ordinal)) yield break;
        }
    }
}
