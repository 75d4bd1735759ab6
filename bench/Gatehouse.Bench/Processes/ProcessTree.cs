using System.Globalization;

namespace Gatehouse.Bench.Processes;

/// <summary>This process and everything that it started, directly or by way of others: the servers, the proxies and their children.</summary>
internal static class ProcessTree
{
    /// <summary>The processor time of all of them until now, in microseconds. Those that ended no longer count.</summary>
    public static long CpuMicroseconds()
    {
        var parents = new Dictionary<int, int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && ParentOf(id) is { } parent)
                parents[id] = parent;
        }

        return parents.Keys.Where(id => IsOurs(id, parents)).Sum(Used);
    }

    private static bool IsOurs(int id, Dictionary<int, int> parents)
    {
        for (var at = id; at > 1; at = parents.GetValueOrDefault(at))
        {
            if (at == Environment.ProcessId) return true;
        }

        return false;
    }

    private static int? ParentOf(int id)
    {
        try
        {
            var text = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/stat"));
            return int.Parse(text[(text.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null; // it ended meanwhile
        }
    }

    private static long Used(int id)
    {
        try
        {
            return ProcessUsage.Of(id).CpuMicroseconds;
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
