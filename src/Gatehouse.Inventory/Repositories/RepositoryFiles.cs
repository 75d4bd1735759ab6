using System.Globalization;
using Gatehouse.Files;
using Gatehouse.Inventory.Model;
using Gatehouse.Inventory.Reading;
using Gatehouse.Text;

namespace Gatehouse.Inventory.Repositories;

/// <summary>
/// The files of a repository that are searched for secrets: every text file that git tracks or does not ignore, up to a size. Links are not followed.
/// What is left out is counted.
/// </summary>
internal sealed class RepositoryFiles
{
    /// <summary>Most files of one repository.</summary>
    public const int MostFiles = 200_000;

    /// <summary>The largest file: 4 MiB. Larger texts are data as a rule.</summary>
    public const int LargestFile = 4 * 1024 * 1024;

    private const int Sample = 8192;

    private readonly string root;
    private readonly Func<bool> isOver;
    private readonly IgnoreRules ignored;
    private readonly TrackedFiles tracked;
    private int ignoredFiles;
    private int ignoredFolders;
    private int binaries;
    private int links;
    private int large;
    private int unreadable;
    private int rest;

    /// <summary>Begins a search.</summary>
    /// <param name="root">The root of the search.</param>
    /// <param name="isOver">Returns whether the time of the search is over. It is asked before each file, also of one that is left out.</param>
    public RepositoryFiles(string root, Func<bool> isOver)
    {
        this.root = root;
        this.isOver = isOver;
        ignored = new IgnoreRules(root);
        tracked = new TrackedFiles(Path.TrimEndingDirectorySeparator(root), ignored);
    }

    /// <summary>The number of files that were searched.</summary>
    public int Count { get; private set; }

    /// <summary>True when the time was over before the last file of a folder.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Returns the texts of a folder's files that are searched.</summary>
    public IEnumerable<(string Path, string Text)> In(string folder)
    {
        if (IsLeftOutWhole(folder))
        {
            if (Path.GetDirectoryName(folder) is not { } parent || !IsLeftOutWhole(parent)) ignoredFolders++;
            yield break;
        }

        foreach (var path in Names(folder))
        {
            if (isOver())
            {
                IsCut = true;
                yield break;
            }

            if (IsLeftOut(path) || TextOf(path) is not { } text) continue;
            Count++;
            yield return (path, text);
        }
    }

    /// <summary>Returns what was left out.</summary>
    public IEnumerable<Gap> Gaps()
    {
        if (IsCut) yield return new Gap(root, "the time limit was reached; the rest was not searched for secrets", true);
        if (Ignored() is { } left) yield return new Gap(root, $"{left} not searched for secrets; a tracked file is searched although it is ignored", false);
        foreach (var gap in tracked.Gaps()) yield return gap;
        if (binaries > 0) yield return new Gap(root, $"{Counted.Of(binaries, "binary file")} not searched for secrets", false);
        if (links > 0) yield return new Gap(root, $"{Counted.Of(links, "link")} not followed in the search for secrets", false);
        if (large > 0) yield return new Gap(root, $"{Counted.Of(large, "text file")} of more than 4 MiB not searched for secrets", true);
        if (unreadable > 0) yield return new Gap(root, $"{Counted.Of(unreadable, "file")} could not be read in the search for secrets", true);
        if (rest > 0) yield return new Gap(root, string.Create(CultureInfo.InvariantCulture,
            $"it has more than {MostFiles} files; the rest was not searched for secrets"), true);
    }

    private string? Ignored() => (ignoredFolders, ignoredFiles) switch
    {
        (0, 0) => null,
        (0, _) => Counted.Of(ignoredFiles, "ignored file"),
        (_, 0) => Counted.Of(ignoredFolders, "ignored folder"),
        _ => $"{Counted.Of(ignoredFolders, "ignored folder")} and {Counted.Of(ignoredFiles, "ignored file")}",
    };

    // The output of a build can have more files than the time allows to judge one by one.
    private bool IsLeftOutWhole(string folder) => ignored.IsFolderIgnored(folder) && !tracked.HasBelow(folder);

    private bool IsLeftOut(string path)
    {
        if (!ignored.IsFileIgnored(path) || tracked.IsTracked(path)) return false;
        ignoredFiles++;
        return true;
    }

    private IEnumerable<string> Names(string folder)
    {
        try
        {
            return [.. Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal)];
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // The walk reports the folder.
            unreadable++;
            return [];
        }
    }

    private string? TextOf(string path)
    {
        try
        {
            var info = new FileInfo(path);
            if (info.LinkTarget is not null) return Left(ref links);
            if (info.Length == 0) return null;
            if (Count >= MostFiles) return Left(ref rest);
            if (info.Length > LargestFile) return Beginning(path) is { } beginning && SearchedText.IsText(beginning) ? Left(ref large)
                : Left(ref binaries);
            if (BoundedFile.Read(path, root, out var reason) is not { } bytes) return reason is null ? null : Left(ref unreadable);
            return SearchedText.Of(bytes) ?? Left(ref binaries);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return Left(ref unreadable);
        }
    }

    private static string? Left(ref int count)
    {
        count++;
        return null;
    }

    private static byte[]? Beginning(string path)
    {
        using var stream = RegularFile.OpenRead(path);
        var bytes = new byte[Sample];
        return bytes[..stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
    }
}
