using System.Text;
using Gatehouse.Inventory.Reading;

namespace Gatehouse.Inventory.Repositories;

/// <summary>
/// The ignored files of a repository: each <c>.gitignore</c> down to a file's folder, and <c>.git/info/exclude</c>. A deeper file and a later line
/// win, and nothing in an ignored folder is taken back. The person's own list (<c>core.excludesFile</c>) is not read: it is no part of the
/// repository.
/// </summary>
/// <param name="root">The folder that is searched.</param>
internal sealed class IgnoreRules(string root)
{
    /// <summary>Most patterns of one file; the rest is not applied, so that more is searched and not less.</summary>
    public const int MostPatterns = 5000;

    /// <summary>The longest pattern.</summary>
    public const int LongestPattern = 4096;

    private readonly Dictionary<string, IReadOnlyList<IgnorePattern>> files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, bool> folders = new(StringComparer.Ordinal) { [root] = false };

    /// <summary>Returns whether a folder below the root is ignored, itself or by a folder above it.</summary>
    public bool IsFolderIgnored(string folder)
    {
        if (folders.TryGetValue(folder, out var known)) return known;
        var parent = Path.GetDirectoryName(folder);
        var isIgnored = parent is not null && folder.Length > root.Length && (IsFolderIgnored(parent) || IsMatched(folder, isFolder: true));
        return folders[folder] = isIgnored;
    }

    /// <summary>Returns whether a file is ignored.</summary>
    public bool IsFileIgnored(string path) =>
        IsFolderIgnored(Path.GetDirectoryName(path) ?? root) || IsMatched(path, isFolder: false);

    private bool IsMatched(string path, bool isFolder)
    {
        for (var folder = Path.GetDirectoryName(path); folder is not null && folder.Length >= root.Length; folder = Path.GetDirectoryName(folder))
        {
            if (Last(Of(folder, ".gitignore"), folder, path, isFolder) is { } last) return !last.IsNegated;
        }

        return Last(Of(Path.Join(root, ".git", "info"), "exclude"), root, path, isFolder) is { IsNegated: false };
    }

    private static IgnorePattern? Last(IReadOnlyList<IgnorePattern> patterns, string folder, string path, bool isFolder)
    {
        if (patterns.Count == 0) return null;
        var relative = Bytes(path[(folder.TrimEnd(Path.DirectorySeparatorChar).Length + 1)..].Replace(Path.DirectorySeparatorChar, '/'));
        for (var i = patterns.Count - 1; i >= 0; i--)
        {
            if (patterns[i].Matches(relative, isFolder)) return patterns[i];
        }

        return null;
    }

    private IReadOnlyList<IgnorePattern> Of(string folder, string name)
    {
        if (files.TryGetValue(folder, out var known)) return known;
        // git does not follow a link here either.
        var path = Path.Join(folder, name);
        var isLink = new FileInfo(path).LinkTarget is not null;
        return files[folder] = isLink || BoundedFile.Read(path, root, out _) is not { } bytes ? [] : Read(bytes);
    }

    private static List<IgnorePattern> Read(byte[] bytes)
    {
        var begin = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
        return [.. Encoding.Latin1.GetString(bytes, begin, bytes.Length - begin).Split('\n').Where(line => line.Length <= LongestPattern)
            .Select(IgnorePattern.Parse).OfType<IgnorePattern>().Take(MostPatterns)];
    }

    private static string Bytes(string path) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(path));
}
