using System.IO.Enumeration;
using Gatehouse.Inventory.Model;

namespace Gatehouse.Inventory.Places;

/// <summary>Finds the files of the table on a machine and in workspaces.</summary>
internal static class ClientConfigFinder
{
    /// <summary>Most matches of one pattern.</summary>
    public const int MostMatches = 500;

    /// <summary>Files of the person and of the system.</summary>
    public static IEnumerable<ClientConfigFile> OnMachine(Machine machine, ICollection<Gap> gaps) =>
        from place in ClientConfigLocations.All
        where place.Systems.HasFlag(machine.System) && place.Scope != LocationScope.Workspace
        let root = Root(machine, place.Pattern)
        from path in Expand(root, place.Pattern[(place.Pattern.IndexOf('}', StringComparison.Ordinal) + 2)..], gaps)
        select new ClientConfigFile(place, path, place.Scope == LocationScope.User ? machine.Home : machine.SystemData);

    /// <summary>Files of one workspace folder, not of the folders within it.</summary>
    public static IEnumerable<ClientConfigFile> InWorkspace(string folder, string tree, ICollection<Gap> gaps) =>
        from place in ClientConfigLocations.All
        where place.Scope == LocationScope.Workspace
        from path in Expand(folder, place.Pattern["{workspace}/".Length..], gaps)
        select new ClientConfigFile(place, path, tree);

    private static string Root(Machine machine, string pattern) => pattern[..(pattern.IndexOf('}', StringComparison.Ordinal) + 1)] switch
    {
        "{home}" => machine.Home,
        "{appdata}" => machine.ApplicationData,
        "{config}" => machine.ConfigHome,
        _ => machine.SystemData,
    };

    private static List<string> Expand(string root, string pattern, ICollection<Gap> gaps)
    {
        List<string> found = [root];
        var segments = pattern.Split('/');
        for (var i = 0; i < segments.Length && found.Count > 0; i++)
        {
            var isLast = i == segments.Length - 1;
            found = [.. found.SelectMany(folder => Step(folder, segments[i], isLast, gaps))];
        }

        return found;
    }

    private static IEnumerable<string> Step(string folder, string segment, bool isLast, ICollection<Gap> gaps)
    {
        if (!segment.Contains('*', StringComparison.Ordinal))
        {
            var path = Path.Join(folder, segment);
            return isLast ? new FileInfo(path) is { } file && (file.Exists || file.LinkTarget is not null) ? [path] : []
                : Directory.Exists(path) ? [path] : [];
        }

        try
        {
            var names = Directory.EnumerateFileSystemEntries(folder)
                .Where(path => FileSystemName.MatchesSimpleExpression(segment, Path.GetFileName(path)))
                .Where(path => isLast ? File.Exists(path) : Directory.Exists(path)).Take(MostMatches + 1).Order(StringComparer.Ordinal).ToList();
            if (names.Count > MostMatches) gaps.Add(new Gap(folder, "it has more than 500 matches; the rest was not scanned", true));
            return names.Take(MostMatches);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            if (Directory.Exists(folder)) gaps.Add(new Gap(folder, "this account may not read the folder", true));
            return [];
        }
    }
}
