using System.Globalization;

namespace Gatehouse.Gateway.Deployment;

/// <summary>
/// Groups whose members reach the rights of root: through files of root's group, the raw disks, or the daemon of the containers (CWE-250).
/// </summary>
internal static class StrongGroups
{
    private const string Root = "root";

    private static readonly string[] Names = [Root, "disk", "docker", "lxd", "shadow"];

    /// <summary>Returns the names of those groups that a process is in.</summary>
    /// <param name="status">The text of <c>/proc/self/status</c>.</param>
    /// <param name="groups">The text of <c>/etc/group</c>. Empty where there is no such file: then only the group 0 is known.</param>
    public static IReadOnlyList<string> Of(string status, string groups)
    {
        // "Gid:" has the real, the effective and two more, "Groups:" the others (proc_pid_status(5)).
        var mine = status.Split('\n').Select(static line => line.Split(':', 2)).Where(static parts => parts is ["Gid" or "Groups", _])
            .SelectMany(static parts => parts[1].Split(['\t', ' '], StringSplitOptions.RemoveEmptyEntries))
            .Select(NumberOf).OfType<uint>().ToHashSet();
        var known = groups.Split('\n').Select(static line => line.Split(':')).Where(static parts => parts is [_, _, _, ..])
            .Select(static parts => (Name: parts[0], Number: NumberOf(parts[2])))
            .Where(static group => Names.Contains(group.Name, StringComparer.Ordinal)).Prepend((Name: Root, Number: 0u));
        return [.. known.Where(group => group.Number is { } number && mine.Contains(number)).Select(static group => group.Name).Distinct()];
    }

    private static uint? NumberOf(string text) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
