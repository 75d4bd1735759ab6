namespace Gatehouse.Inventory.Repositories;

/// <summary>
/// The names of an index in order, so that a file or folder is looked up in logarithmic time. A set of all folders could be larger than the names by
/// orders of magnitude (CWE-400).
/// </summary>
/// <param name="names">The names with slashes; a folder that the index has as a whole ends with one.</param>
internal sealed class TrackedNames(IEnumerable<string> names)
{
    // Two names of the same file for the file system are the same name here.
    private static readonly StringComparison Comparison = OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
    private static readonly StringComparer Comparer = StringComparer.FromComparison(Comparison);

    private readonly string[] ordered = [.. names.Order(Comparer)];

    /// <summary>Returns whether the index has the name, or a folder above it as a whole.</summary>
    public bool Has(string name) => Array.BinarySearch(ordered, name, Comparer) >= 0 || IsInFolderAsAWhole(name);

    /// <summary>Returns whether the index has a name below the folder.</summary>
    /// <param name="folder">The folder; empty for that of the repository.</param>
    public bool HasBelow(string folder)
    {
        if (folder.Length == 0) return ordered.Length > 0;
        var beginning = folder + "/";
        // In this order, names with the same beginning follow it without a gap.
        var at = Array.BinarySearch(ordered, beginning, Comparer);
        if (at < 0) at = ~at;
        return (at < ordered.Length && ordered[at].StartsWith(beginning, Comparison)) || IsInFolderAsAWhole(folder);
    }

    private bool IsInFolderAsAWhole(string name)
    {
        for (var slash = name.LastIndexOf('/'); slash > 0; slash = name.LastIndexOf('/', slash - 1))
        {
            if (Array.BinarySearch(ordered, name[..(slash + 1)], Comparer) >= 0) return true;
        }

        return false;
    }
}
